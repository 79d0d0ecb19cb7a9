/*
 * settings.h
 *	  The settings of health checks: check_<id>_enabled, _warning, _critical.
 */
#ifndef DBC_HEALTH_SETTINGS_H
#define DBC_HEALTH_SETTINGS_H

#include "common/core/settings.h"
#include "common/health/check.h"

extern const dbc_setting_family dbc_health_settings;

/* Whether a check is enabled. */
extern bool dbc_health_check_enabled(dbc_host *host,
									 const dbc_setting_values *stored,
									 const dbc_health_check *check);

/* The values from which a finding is a warning, or critical; NAN if there is no
 * threshold. */
extern double dbc_health_check_warning(dbc_host *host,
									   const dbc_setting_values *stored,
									   const dbc_health_check *check);
extern double dbc_health_check_critical(dbc_host *host,
										const dbc_setting_values *stored,
										const dbc_health_check *check);

#endif /* DBC_HEALTH_SETTINGS_H */
