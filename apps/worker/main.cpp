// evenhand-plugin-worker: started by the host with the descriptors of plugins/abi/worker_frames.h, never by people.
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

#include "apps/worker/serve.h"
#include "plugins/abi/worker_frames.h"

int main() {
  struct stat line {};
  if (::fstat(EVENHAND_WORKER_CONTROL, &line) != 0 || !S_ISSOCK(line.st_mode)) {
    std::fputs("evenhand-plugin-worker is started by evenhand when a plugin is asked for something. There is nothing to do by hand.\n", stderr);
    return 2;
  }
  evenhand::worker::serve();
  ::_exit(1);  // without the library's destructors
}
