/*
 * settings.c
 *	  The setting families of the rooms, besides core/settings.def.
 */
#include "common/health/settings.h"

const dbc_setting_family *const dbc_setting_families[] = {&dbc_health_settings,
														  NULL};
