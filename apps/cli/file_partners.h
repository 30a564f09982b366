/// Partners with which this laptop exchanges by file, and how far a partner is behind, by what its laptops are known to hold.
///
/// What is known is what both agreed on over the network, or what a device said in a file: a hint, which never says too much but of a device that was restored
/// from a backup. Threads: one.
#pragma once

#include <string>
#include <vector>

#include "apps/cli/session.h"
#include "core/engine/unsent.h"
#include "sync/bundle/bundle.h"
#include "sync/partners/partner_book.h"

namespace evenhand::cli {

/// What others are known to hold of the space: not those that were removed or left, and by their word in a file only members.
std::vector<VersionVector> held_elsewhere(PartnerBook& book, const Space& space, const PublicKey& own);

/// Over all spaces that one of these devices, which are one partner's, is in. Errors: those of the logs.
Result<Apart> apart_from(const Workspace& workspace, PartnerBook& book, const std::vector<PublicKey>& devices);

/// Another organisation, or one further laptop of ours.
struct FilePartner {
  std::string title;
  std::vector<PublicKey> devices;
  ClaimedTime sent;      ///< zero: never
  ClaimedTime received;  ///< zero: never
  Apart apart;

  /// "last file received 9 days ago, sent today"
  std::string last_files(ClaimedTime now) const;
  /// "evenhand sync send --to FILE --for \"CCS\""
  std::string command() const;
};

/// Those that are in a space with this laptop and not in the book as partners by network, by title. Errors: those of the logs.
Result<std::vector<FilePartner>> file_partners(const Workspace& workspace, PartnerBook& book);

/// "40 changes", "none"; with what is there and not here.
std::string apart_text(const Apart& apart);
Json to_json(const FilePartner& partner);

/// `is_meant`: a person named them. Whoever was forgotten and is not meant stays forgotten. Errors: corrupt, unavailable.
Result<void> note_sent_file(PartnerBook& book, std::vector<PublicKey> devices, bool is_meant, ClaimedTime now);
/// That a file of another member came, and what that member says in it that it holds: this is not on this laptop alone. Errors: corrupt, unavailable.
Result<void> note_received_file(const Workspace& workspace, const BundleReport& report, ClaimedTime now);

}  // namespace evenhand::cli
