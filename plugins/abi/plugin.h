/* The border between Evenhand and a plugin, in C so that compilers and languages may differ on its two sides.
 *
 * A native plugin exports one symbol, EVENHAND_PLUGIN_ENTRY. A built-in plugin is linked in and gives the same
 * structure through a function of its own name. Everything else crosses as bytes.
 *
 * Rules: every structure opens with its size; fields are only ever appended; a reader looks at no field beyond
 * `size`. No C++ exception may leave a function called through this border. Marks on functions:
 *   [any-thread]  may be called from several threads at once
 *   [one-thread]  the host calls it from one thread at a time
 */
#ifndef EVENHAND_PLUGIN_H
#define EVENHAND_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EVENHAND_PLUGIN_ABI 1u
#define EVENHAND_PLUGIN_ENTRY "evenhand_plugin_1"

typedef struct evenhand_plugin {
  size_t size;  /* sizeof(evenhand_plugin) where the plugin was compiled */
  uint32_t abi; /* EVENHAND_PLUGIN_ABI */

  /* The manifest: JSON, UTF-8, ends with NUL (docs/formats/plugin-manifest.md).
   * [any-thread] Lifetime: as long as the plugin is loaded. */
  const char* (*manifest)(void);

  /* The function table of an ability by its name ("org.evenhand.report/1"), or a null pointer.
   * [any-thread] Lifetime: as long as the plugin is loaded. */
  const void* (*find_ability)(const char* name);
} evenhand_plugin;

/* What EVENHAND_PLUGIN_ENTRY names. [any-thread] Lifetime of the result: as long as the plugin is loaded. */
typedef const evenhand_plugin* (*evenhand_plugin_entry)(void);

/* Where a plugin puts its answer. Lifetime: the call that it was handed to. */
typedef struct evenhand_sink {
  size_t size;
  void* host; /* the host's own; hand it back */

  /* Appends bytes. 0, or not 0 when the host takes no more: stop and return not 0. [one-thread] */
  int32_t (*write)(void* host, const uint8_t* bytes, size_t length);

  /* Says in one sentence for people why there is no answer (UTF-8, ends with NUL). [one-thread] */
  void (*fail)(void* host, const char* sentence);
} evenhand_sink;

#ifdef __cplusplus
}
#endif
#endif
