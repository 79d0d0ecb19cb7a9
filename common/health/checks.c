/*
 * checks.c
 *	  The table of health checks, from health/checks.def.
 */
#include "common/health/check.h"

#include <math.h>

#include "common/core/text.h"
#include "common/core/wording.h"

const char *const dbc_health_categories[DBC_NCATEGORIES + 1] = {
	[DBC_CATEGORY_integrity] = "integrity",
	[DBC_CATEGORY_constraints] = "constraints",
	[DBC_CATEGORY_performance] = "performance",
	[DBC_CATEGORY_storage] = "storage",
	[DBC_CATEGORY_security] = "security",
	[DBC_CATEGORY_configuration] = "configuration",
	[DBC_CATEGORY_operations] = "operations"};

const char *const dbc_health_risks[] = {"none", "locks", "rewrites", "destroys",
										NULL};

#define NO_THRESHOLD NAN
#define DBC_CHECK(id, category, level, engines, scoring, scope, warning,    \
				  critical, unit, message, suggestion, fix_risk, fix_locks, \
				  description)                                              \
	{#id,                                                                   \
	 DBC_CATEGORY_##category,                                               \
	 DBC_LEVEL_##level,                                                     \
	 DBC_ON_##engines,                                                      \
	 DBC_SCORE_##scoring,                                                   \
	 DBC_SCOPE_##scope,                                                     \
	 warning,                                                               \
	 critical,                                                              \
	 unit,                                                                  \
	 message,                                                               \
	 suggestion,                                                            \
	 DBC_RISK_##fix_risk,                                                   \
	 fix_locks,                                                             \
	 description},
const dbc_health_check dbc_health_checks[] = {
#include "common/health/checks.def"
};
#undef DBC_CHECK
#undef NO_THRESHOLD
#define DBC_CHECK(id, ...) #id,
const char *const dbc_health_check_ids[] = {
#include "common/health/checks.def"
	NULL};
#undef DBC_CHECK
const int dbc_health_nchecks =
	sizeof(dbc_health_checks) / sizeof(dbc_health_checks[0]);

/* The check with an id; fails if there is none. */
const dbc_health_check *
dbc_health_require_check(dbc_host *host, const char *id)
{
	for (int i = 0; i < dbc_health_nchecks; i++)
		if (dbc_same(dbc_health_checks[i].id, id))
			return &dbc_health_checks[i];
	dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
			 dbc_format(host, "%sdbhealth_checks() lists the checks.",
						dbc_did_you_mean(host, id, dbc_health_check_ids)),
			 "health check \"%s\" does not exist", id);
}
