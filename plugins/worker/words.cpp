#include "plugins/worker/words.h"

#include <signal.h>
#include <sys/syscall.h>

#include <algorithm>
#include <iterator>

#include "core/base/bytes.h"

namespace evenhand::plugins {

namespace {

struct CallWords {
  long number;
  const char* name;
  const char* deed;
};
constexpr const char* kFile = "open a file";
constexpr const char* kLook = "look at files";
constexpr const char* kChange = "change files";
constexpr const char* kNetwork = "open a network connection";
constexpr const char* kStart = "start another process or thread";
constexpr const char* kBlock = "handle or block signals, as who starts a thread does";
constexpr const char* kProgram = "start a program";
constexpr const char* kOthers = "reach another process";
constexpr const char* kCode = "make memory that code runs from";
constexpr const char* kWait = "wait";
constexpr const char* kTime = "ask for the time";
constexpr const char* kChance = "ask for random numbers";

/// Those that plugins are likely to try. Any other is told by its number.
constexpr CallWords kCalls[] = {
    {SYS_openat, "openat", kFile},
#ifdef SYS_open
    {SYS_open, "open", kFile},
    {SYS_creat, "creat", kFile},
    {SYS_stat, "stat", kLook},
    {SYS_lstat, "lstat", kLook},
    {SYS_access, "access", kLook},
    {SYS_readlink, "readlink", kLook},
    {SYS_unlink, "unlink", kChange},
    {SYS_rename, "rename", kChange},
    {SYS_mkdir, "mkdir", kChange},
    {SYS_fork, "fork", kStart},
    {SYS_vfork, "vfork", kStart},
#endif
    {SYS_openat2, "openat2", kFile},
    {SYS_memfd_create, "memfd_create", kFile},
    {SYS_newfstatat, "newfstatat", kLook},
    {SYS_statx, "statx", kLook},
    {SYS_faccessat, "faccessat", kLook},
    {SYS_getcwd, "getcwd", kLook},
    {SYS_getdents64, "getdents64", kLook},
    {SYS_unlinkat, "unlinkat", kChange},
    {SYS_renameat2, "renameat2", kChange},
    {SYS_mkdirat, "mkdirat", kChange},
    {SYS_socket, "socket", kNetwork},
    {SYS_socketpair, "socketpair", kNetwork},
    {SYS_connect, "connect", kNetwork},
    {SYS_bind, "bind", kNetwork},
    {SYS_sendto, "sendto", kNetwork},
    {SYS_sendmsg, "sendmsg", kNetwork},
    {SYS_recvmsg, "recvmsg", kNetwork},
    {SYS_clone, "clone", kStart},
    {SYS_clone3, "clone3", kStart},
    {SYS_rt_sigaction, "rt_sigaction", kBlock},
    {SYS_rt_sigprocmask, "rt_sigprocmask", kBlock},
    {SYS_execve, "execve", kProgram},
    {SYS_execveat, "execveat", kProgram},
    {SYS_ptrace, "ptrace", kOthers},
    {SYS_kill, "kill", kOthers},
    {SYS_tkill, "tkill", kOthers},
    {SYS_tgkill, "tgkill", kOthers},
    {SYS_getppid, "getppid", kOthers},
    {SYS_pidfd_open, "pidfd_open", kOthers},
    {SYS_process_vm_readv, "process_vm_readv", kOthers},
    {SYS_process_vm_writev, "process_vm_writev", kOthers},
    {SYS_prlimit64, "prlimit64", kOthers},
    {SYS_mmap, "mmap", kCode},
    {SYS_mprotect, "mprotect", kCode},
    {SYS_nanosleep, "nanosleep", kWait},
    {SYS_clock_nanosleep, "clock_nanosleep", kWait},
    {SYS_clock_gettime, "clock_gettime", kTime},
    {SYS_gettimeofday, "gettimeofday", kTime},
    {SYS_getrandom, "getrandom", kChance},
};

bool is_plain(unsigned char letter) { return letter >= 0x20 && letter < 0x7F; }

/// A letter of several bytes that shows nothing, or turns what stands beside it: C1 controls, U+200B to U+200F, U+2028 to U+202E,
/// U+2060 to U+206F, U+FEFF.
bool is_hidden(std::string_view letter) {
  if (letter.size() == 2) return letter[0] == '\xC2' && letter[1] < '\xA0';
  if (letter.size() != 3) return false;
  const std::string_view start = letter.substr(0, 2);
  if (start == "\xE2\x80") return (letter[2] >= '\x8B' && letter[2] <= '\x8F') || (letter[2] >= '\xA8' && letter[2] <= '\xAE');
  return (start == "\xE2\x81" && letter[2] >= '\xA0' && letter[2] <= '\xAF') || letter == "\xEF\xBB\xBF";
}

}  // namespace

std::string sentence_for_call(std::uint32_t number) {
  const auto is_it = [&](const CallWords& one) { return one.number == static_cast<long>(number); };
  const auto* found = std::find_if(std::begin(kCalls), std::end(kCalls), is_it);
  if (found == std::end(kCalls)) return "it tried to do something that no plugin may (system call number " + std::to_string(number) + ")";
  return "it tried to " + std::string(found->deed) + " (system call " + found->name + "), which no plugin may";
}

std::string sentence_for_signal(int signal, std::uint32_t seconds) {
  switch (signal) {
    case SIGXCPU: return "it took more than " + std::to_string(seconds) + " s of processor time, which is all that it may have";
    case SIGABRT: return "it gave itself up (abort)";
    case SIGSEGV:
    case SIGBUS: return "it crashed: it touched memory that is not there";
    case SIGFPE: return "it crashed: a sum that cannot be done, such as a division by nought";
    case SIGILL:
    case SIGTRAP: return "it crashed: it ran into bytes that are no code";
    case SIGSYS: return "it tried to do something that no plugin may, in a way that hides what";
    case SIGKILL: return "it was killed by the system, as happens when memory runs out";
    default: return "it was ended by signal " + std::to_string(signal);
  }
}

std::string harmless(std::string_view text) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string shown;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t length = 1;
    while (length < 4 && at + length < text.size() && (static_cast<unsigned char>(text[at + length]) & 0xC0) == 0x80) ++length;
    const std::string_view letter = text.substr(at, length);
    const bool is_kept = length == 1 ? is_plain(static_cast<unsigned char>(text[at])) : is_utf8(letter) && !is_hidden(letter);
    for (const char byte : letter) {
      if (is_kept) {
        shown += byte;
      } else {
        shown += {'\\', 'x', kDigits[static_cast<unsigned char>(byte) >> 4], kDigits[static_cast<unsigned char>(byte) & 0xF]};
      }
    }
    at += length;
  }
  return shown;
}

}  // namespace evenhand::plugins
