/* The entry of the built-in plugin org.evenhand.comparison. [any-thread] Lifetime of the result: the program's. */
#ifndef EVENHAND_PLUGIN_COMPARISON_H
#define EVENHAND_PLUGIN_COMPARISON_H

#include "plugins/sdk/entry.h"

#ifdef __cplusplus
extern "C"
#endif
const evenhand_plugin* evenhand_plugin_comparison(void);

#endif
