/* The entry of the built-in plugin org.evenhand.services. [any-thread] Lifetime of the result: the program's. */
#ifndef EVENHAND_PLUGIN_SERVICES_H
#define EVENHAND_PLUGIN_SERVICES_H

#include "plugins/sdk/entry.h"

#ifdef __cplusplus
extern "C"
#endif
const evenhand_plugin* evenhand_plugin_services(void);

#endif
