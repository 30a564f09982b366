/* What the host and a worker process say to each other. docs/formats/worker.md explains it.
 *
 * Picture:  kind(1 byte) zero(3 bytes) length(4 bytes) payload(length bytes), again and again.
 * Whole numbers are little-endian. The host asks, the worker answers; nobody speaks unasked.
 */
#ifndef EVENHAND_WORKER_FRAMES_H
#define EVENHAND_WORKER_FRAMES_H

#define EVENHAND_WORKER_HEADER_BYTES 8u

/* Descriptors that the worker inherits, and the only ones. 0 is a pipe that nobody writes to: its end is that of the host.
 * 1 and 2 go to the host as what the plugin printed. */
#define EVENHAND_WORKER_CONTROL 3
#define EVENHAND_WORKER_LIBRARY 4

#define EVENHAND_WORKER_PIECE_BYTES 65536u

enum evenhand_worker_frame {
  /* host to worker */
  EVENHAND_WORKER_START = 1, /* memory_mib(4) output_mib(4) */
  EVENHAND_WORKER_CALL = 2,  /* the ability's name, NUL, the input */

  /* worker to host */
  EVENHAND_WORKER_READY = 16,   /* nothing: loaded and locked in */
  EVENHAND_WORKER_REFUSED = 17, /* sentence: the library cannot be used; the worker ends */
  EVENHAND_WORKER_PIECE = 18,   /* the next bytes of the answer, 1..EVENHAND_WORKER_PIECE_BYTES */
  EVENHAND_WORKER_DONE = 19,    /* nothing: the answer is whole */
  EVENHAND_WORKER_FAILED = 20,  /* sentence: there is no answer; the worker waits for the next call */
  EVENHAND_WORKER_TRIED = 21,   /* number(4) of a system call that it may not make; the worker ends */
  EVENHAND_WORKER_STACK = 22,   /* nothing: its stack is full; the worker ends */
  EVENHAND_WORKER_MEMORY = 23   /* nothing: it has no memory left; the worker ends, as some may be lost for good */
};

#endif
