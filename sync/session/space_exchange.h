/// One space within a session: what each side holds, what is to be sent, when both have agreed. Private to sync/session.
///
/// A round: both learn each other's version vector, each plans what the other lacks, both stream, both say `sent`,
/// then both say the digest of their log. Unequal digests begin another round, kRoundsMax of them at most.
#pragma once

#include <algorithm>
#include <deque>
#include <limits>
#include <map>
#include <set>

#include "sync/protocol/message.h"
#include "sync/session/session.h"

namespace evenhand::session_detail {

inline constexpr std::size_t kAllSegments = std::numeric_limits<std::size_t>::max();

/// What is to be sent of one chain.
struct ChainSend {
  ChainId chain;
  Lane lane = Lane::data;
  std::uint64_t after = 0;
  std::uint64_t events = 0;
  std::uint64_t cursor = 0;
  std::size_t segments_left = kAllSegments;  ///< fewer for a missing body
  std::uint64_t goes_on_at = 0;  ///< Segment::goes_on_at of what went out of it last
};

/// One chain of the partner, as told.
struct TheirChain {
  ChainId chain;  ///< its first `chain_bytes` bytes count
  wire::WireEnds ends;
  bool expected = false;        ///< it has events that we may lack
  std::uint64_t events_left = 0;  ///< bound on what it may send of it in this round
  std::uint64_t last_seq = 0;   ///< of what came, in this round
};

struct TheirVector {
  std::size_t chain_bytes = ChainId::kSize;
  std::vector<TheirChain> chains;  ///< ascending
  TheirChain* find(const ChainId& chain);
};

enum class Phase {
  offered,    ///< the partner has not said yet whether it has it
  waiting,    ///< its vector, or its name, is to come
  heads,      ///< vectors agree, digests do not: full heads are to come
  streaming,
  agreed,
  left_out,
};

class SpaceExchange {
 public:
  SpaceExchange(std::size_t number, ReplicaSpace* space) : number_(number), space_(space) {}

  std::size_t number_;
  ReplicaSpace* space_;  ///< null until welcomed
  wire::SpaceTagId tag_;
  Phase phase_ = Phase::offered;
  SpaceOutcome outcome_;
  bool named_ = false;  ///< its id was asked for
  bool may_be_named_ = false;

  std::size_t round_ = 0;
  VersionVector mine_;
  std::optional<TheirVector> theirs_;
  bool told_whole_ = false;     ///< this round's vector of ours went out whole, so the partner may answer on it
  bool awaits_changes_ = false;  ///< its vector on a remembered base comes right behind its hello
  std::vector<Hash> my_heads_;
  bool heads_told_ = false;
  std::optional<std::vector<Hash>> their_heads_;

  std::vector<ChainSend> sends_;  ///< the next one last
  std::uint64_t reads_until_ = 0;  ///< what goes on behind this place of our store waits for what does not
  std::map<ChainId, std::vector<VersionVector::End>> sent_whole_;  ///< and where they ended then
  std::set<ChainId> asked_whole_;
  struct BothEnds {
    std::vector<VersionVector::End> mine;
    wire::WireEnds theirs;
    bool operator==(const BothEnds&) const = default;
  };
  std::map<ChainId, BothEnds> planned_;  ///< with frames: on which ends the last plan of a chain stood
  std::set<PublicKey> passed_over_;       ///< whose packing was found false
  std::set<ChainId> given_;              ///< of which something went out since its last plan

  // What is left out for the rest of this session (leaving_out.cpp).
  struct OneLeftOut {
    LeftOutChain at;             ///< noted by the member; where there is no room by both
    std::optional<LeftOut> why;  ///< not at a hub
    bool has_no_room = false, is_lasting = false;
  };
  std::map<ChainId, OneLeftOut> left_out_;
  std::optional<std::map<ChainId, LeftOutChain>> remembered_;  ///< what was left out when both agreed last
  std::deque<std::vector<ChainId>> unanswered_;                 ///< member: of which the hub was told
  struct Standing {
    BothEndsPrint on;
    std::size_t since = 0;
  };
  std::map<ChainId, Standing> standing_;  ///< member: chains that differ, on which ends, since which round
  std::set<ChainId> data_seen_;           ///< chains that are not here, of which data came
  bool got_plan_ = false, sent_sent_ = false, got_sent_ = false;
  std::optional<Hash> my_digest_;
  std::optional<wire::EndOfRound> their_end_;
  Agreed my_end_;
  std::vector<Reference> my_missing_, their_missing_;
  std::set<Reference> bodies_given_;  ///< of which the commit went out in this session

  bool is_done() const { return phase_ == Phase::agreed || phase_ == Phase::left_out; }
  std::size_t chain_count() const { return std::max(mine_.entries.size(), theirs_ ? theirs_->chains.size() : 0); }
  std::size_t held_bytes() const;
  void forget_attempts() { sent_whole_.clear(), asked_whole_.clear(), planned_.clear(), standing_.clear(); }
  void forget();  ///< the round's vectors; what is left is the outcome

  /// Starts the next round with what the space holds now. Errors: unavailable, corrupt.
  Result<void> begin_round();
  /// Our vector, whole; with short chain ids when they tell our chains apart.
  wire::VectorMessage whole_vector(bool may_shorten) const;
  /// Our changes to a vector that both remember. Nothing when a chain of it is not here any more.
  std::optional<wire::VectorMessage> changes_to(const VersionVector& remembered) const;
  /// Our differences to the vector that the partner told.
  wire::VectorMessage changes_to_theirs() const;

  void set_theirs(const VersionVector& vector);
  /// Errors: corrupt, refused.
  Result<void> set_theirs(const wire::VectorMessage& message, const VersionVector* base);
  bool vectors_agree() const;

  /// What is here now, without what is left out.
  Result<VersionVector> vector_now() const;
  Result<Hash> digest_now() const;
  /// Fills my_heads_, or empties it when the vector that was told is not the one here now.
  Result<void> read_heads();
  /// Member: further data chains that are left out from here on, because both stand on the same ends as after two rounds that
  /// changed nothing, or as when they were left out last. Ascending.
  Result<std::vector<wire::LeaveOut::Item>> choose_left_out();
  /// Member: what the hub answered. Errors: refused.
  Result<void> take_answer(const std::vector<ChainPrint>& held);
  /// Hub: what is answered. Errors: refused (an authority chain, one twice, too many).
  Result<std::vector<ChainPrint>> take_left_out(const std::vector<wire::LeaveOut::Item>& chains);
  /// These find no room, here or there. Gives those that were not left out before, ascending. Errors: refused (too many).
  Result<std::vector<ChainId>> close(const std::vector<ChainId>& chains, bool is_lasting);
  /// Those that found none when both agreed last, on the same ends. Ascending.
  Result<std::vector<ChainId>> still_without_room();
  bool takes_no_more(const ChainId& chain) const;
  /// On which ends that is so. Errors: unavailable, corrupt.
  Result<void> note_where_no_room();
  /// They are left out of what both agreed on.
  void note_left_out(SessionOutcome& outcome);

  /// Fills sends_ and what is expected; gives the plan to tell. Errors: of the replica.
  Result<wire::Plan> make_plan();
  /// The partner wants these chains whole. Gives how many more events will come. Errors: refused (we do not have it).
  Result<std::uint64_t> add_whole(const std::vector<ChainId>& chains);
  /// Of sends_, which is not empty: puts last the one to go on with.
  void choose_send();
  /// Takes note of a segment that came. Errors: refused (not asked for, not named, more than it said).
  Result<void> admit(const SegmentRange& range);

 private:
  Result<void> plan_chain(const VersionVector::Entry& entry, bool heads_differ, wire::Plan& plan);
  Result<bool> is_stuck(const VersionVector::Entry& entry, const TheirChain& their);
  Result<void> plan_branches(const VersionVector::Entry& entry, const TheirChain& their, wire::Plan& plan);
  Result<bool> plan_mending(const VersionVector::Entry& entry, const TheirChain& their, wire::Plan& plan);
  Result<void> plan_fork(const VersionVector::Entry& entry, bool ask, wire::Plan& plan);
  Result<void> plan_missing(wire::Plan& plan);
  void sort_sends();
  Result<void> add_send(const ChainId& chain, std::uint64_t after, std::uint64_t events, std::size_t segments, wire::Plan& plan);
  Result<std::uint64_t> count_events(const VersionVector::Entry& entry, std::uint64_t after) const;
  Result<void> expect();
  struct Difference {
    ChainId chain;
    wire::WireEnds mine, theirs;
  };
  std::vector<Difference> differences();
  Result<LeftOut> kind_of(const Difference& one) const;
  void note_fork(const ChainId& chain);
  bool is_at_hub() const { return space_->parcel_keeper() != nullptr; }
  void drop_sends() { std::erase_if(sends_, [&](const ChainSend& send) { return left_out_.contains(send.chain); }); }
};

}  // namespace evenhand::session_detail
