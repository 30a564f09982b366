/* The entry of the built-in plugin org.evenhand.report. [any-thread] Lifetime of the result: the program's. */
#ifndef EVENHAND_PLUGIN_REPORT_H
#define EVENHAND_PLUGIN_REPORT_H

#include "plugins/sdk/entry.h"

#ifdef __cplusplus
extern "C"
#endif
const evenhand_plugin* evenhand_plugin_report(void);

#endif
