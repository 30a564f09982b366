/* The ability to make reports: rows in, a document out.
 *
 * A report is a pure function of its input bytes: no clock, no chance, no files, no network. The same bytes
 * give the same document. Input: docs/formats/plugin-input.md. Document: docs/formats/document.md.
 */
#ifndef EVENHAND_REPORT_H
#define EVENHAND_REPORT_H

#include "plugins/abi/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define EVENHAND_REPORT_ABILITY "org.evenhand.report/1"

enum evenhand_report_scope {
  EVENHAND_REPORT_ONE_ORGANISATION = 0, /* the host gives the rows of one organisation and its services */
  EVENHAND_REPORT_ALL_ORGANISATIONS = 1 /* the host gives the rows of every organisation of the cycle */
};

/* One report that a plugin offers. Texts are UTF-8 and end with NUL; they live as long as the plugin. */
typedef struct evenhand_report {
  size_t size;
  const char* id;      /* lower-case words joined by hyphens; unique among all plugins: "eds-report" */
  const char* title;   /* "EDS report" */
  const char* summary; /* one sentence: what is in it and for whom */
  uint32_t scope;      /* evenhand_report_scope */
} evenhand_report;

typedef struct evenhand_report_ability {
  size_t size;
  uint32_t count; /* how many reports there are */

  /* The report of that number below count, or a null pointer. [any-thread] Lifetime: the plugin's. */
  const evenhand_report* (*get)(uint32_t number);

  /* Makes the report that the input names and writes its bytes to `out`, in as many pieces as it likes.
   * 0, or not 0 after out->fail(). The input lives until the call returns. [any-thread] */
  int32_t (*make)(const uint8_t* input, size_t length, const evenhand_sink* out);
} evenhand_report_ability;

#ifdef __cplusplus
}
#endif
#endif
