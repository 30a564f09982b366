/* The border between Evenhand and a plugin, in C so that compilers and languages may differ on its two sides.
 *
 * Who a plugin is and what it may see stands in its plugin.json (docs/formats/plugin.md), which is read without
 * running any of its code. A native plugin exports one symbol, EVENHAND_PLUGIN_ENTRY. A built-in plugin is linked in
 * and gives the same structure through a function of its own name. Everything else crosses as bytes.
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

/* Abilities by name. All have the shape evenhand_ability; they differ in what the bytes are.
 * Rows: plugins/abi/input_tags.h. Documents: plugins/abi/document_tags.h. The input names the contribution asked for.
 *
 *   report      rows -> a document
 *   projection  rows of changed records -> rows, each under the id of the record that it was made from
 *   validator   one proposed change and what stands -> rows of the type "finding" (field, severity, text)
 *   export      rows -> rows of the columns that the manifest declares
 *   command     options and rows -> rows to be proposed as records; the host decides
 */
#define EVENHAND_ABILITY_REPORT "org.evenhand.report/1"
#define EVENHAND_ABILITY_PROJECTION "org.evenhand.projection/1"
#define EVENHAND_ABILITY_VALIDATOR "org.evenhand.validator/1"
#define EVENHAND_ABILITY_EXPORT "org.evenhand.export/1"
#define EVENHAND_ABILITY_COMMAND "org.evenhand.command/1"

/* Where a plugin puts its answer. Lifetime: the call that it was handed to. */
typedef struct evenhand_sink {
  size_t size;
  void* host; /* the host's own; hand it back */

  /* Appends bytes. 0, or not 0 when the host takes no more: stop and return not 0. [one-thread] */
  int32_t (*write)(void* host, const uint8_t* bytes, size_t length);

  /* Says in one sentence for people why there is no answer (UTF-8, ends with NUL). [one-thread] */
  void (*fail)(void* host, const char* sentence);
} evenhand_sink;

typedef struct evenhand_ability {
  size_t size;

  /* A pure function of its input bytes: no clock, no chance, no files, no network, nothing kept from call to call.
   * The answer goes to `out` in as many pieces as the plugin likes. 0, or not 0 after out->fail().
   * [one-thread] Lifetime of the input: until the call returns. */
  int32_t (*run)(const uint8_t* input, size_t length, const evenhand_sink* out);
} evenhand_ability;

typedef struct evenhand_plugin {
  size_t size;  /* sizeof(evenhand_plugin) where the plugin was compiled */
  uint32_t abi; /* EVENHAND_PLUGIN_ABI */

  /* The ability of that name, or a null pointer when the plugin has none such.
   * [one-thread] Lifetime of the result: as long as the plugin is loaded. */
  const evenhand_ability* (*find_ability)(const char* name);
} evenhand_plugin;

/* What EVENHAND_PLUGIN_ENTRY names. [one-thread] Lifetime of the result: as long as the plugin is loaded. */
typedef const evenhand_plugin* (*evenhand_plugin_entry)(void);

#ifdef __cplusplus
}
#endif
#endif
