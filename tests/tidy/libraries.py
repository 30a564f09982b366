"""Which headers belong to which third-party library, under the names that evenhand_folder(LIBRARIES ...) takes."""

PREFIXES = {
    "CLI11::CLI11": ("CLI/",),
    "OpenSSL::Crypto": ("openssl/evp.h",),
    # A TLS identity is a key made into a certificate: whoever wraps TLS needs the headers of both.
    "OpenSSL::SSL": ("openssl/ssl.h", "openssl/x509.h", "openssl/evp.h"),
    "Poco::Foundation": ("Poco/",),
    "Poco::XML": ("Poco/",),
    "Poco::Zip": ("Poco/",),
    "Boost::headers": ("boost/",),
    "Threads::Threads": (),  # a flag for the linker; std::thread has no header of its own kind
    "cereal": ("cereal/",),
    "cmark-gfm": ("cmark-gfm",),
    "lmdb": ("lmdb.h",),
    "qrcodegencpp": ("qrcodegen",),
    "rapidjson": ("rapidjson/",),
    "seccomp": ("seccomp.h",),
    "sodium": ("sodium.h", "sodium/"),
    "sqlite3": ("sqlite3.h",),
    "xlsxwriter": ("xlsxwriter.h", "xlsxwriter/"),
    "xxhash": ("xxhash.h",),
    "zstd": ("zstd.h",),
}

# Headers of the C library and the kernel with ".h" in their names. Those without are C++'s own.
SYSTEM = ("arpa/", "dirent.h", "dlfcn.h", "elf.h", "errno.h", "fcntl.h", "ifaddrs.h", "link.h", "linux/", "net/", "netinet/", "poll.h", "pthread.h", "pwd.h",
          "sched.h", "signal.h", "spawn.h", "stdbool.h", "stddef.h", "stdint.h", "stdio.h", "stdlib.h", "string.h",
          "sys/", "termios.h", "time.h", "unistd.h")


def is_system(name):
    return "." not in name or name.startswith(SYSTEM)


def libraries_of(name):
    """The libraries that a header such as "openssl/evp.h" may come from."""
    return {library for library, prefixes in PREFIXES.items() if name.startswith(prefixes)}
