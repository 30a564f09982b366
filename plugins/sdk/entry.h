/// What a header that declares a plugin's entry function needs; the SDK's door to the C border.
#pragma once

#include "plugins/abi/plugin.h"
