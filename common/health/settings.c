/*
 * settings.c
 *	  The settings of health checks.
 */
#include "common/health/settings.h"

#include <math.h>

#include "common/core/text.h"

#define PER_CHECK 3

static const char *const suffixes[] = {"enabled", "warning", "critical"};

/* The setting of a check by its suffix. */
static dbc_setting
check_setting(dbc_host *host, const dbc_health_check *check, int which)
{
	static const char *const descriptions[] = {
		"Whether the health check %s runs.",
		"Value from which a finding of %s is a warning.",
		"Value from which a finding of %s is critical."};
	double threshold = which == 1 ? check->warning : check->critical;
	dbc_setting setting = {
		.minimum = -1e300, .maximum = 1e300, .engines = check->engines};

	setting.name = dbc_format(host, "check_%s_%s", check->id, suffixes[which]);
	setting.type = which == 0 ? DBC_SET_BOOL : DBC_SET_REAL;
	if (which == 0)
		setting.default_value = "true";
	else if (!isnan(threshold))
		setting.default_value = dbc_real_text(host, threshold);
	setting.description = dbc_format(
		host, which == 0 ? descriptions[0] : descriptions[which], check->id);
	return setting;
}

static bool
declare(dbc_host *host, int n, dbc_setting *setting)
{
	if (n >= PER_CHECK * dbc_health_nchecks)
		return false;
	*setting =
		check_setting(host, &dbc_health_checks[n / PER_CHECK], n % PER_CHECK);
	return true;
}

const dbc_setting_family dbc_health_settings = {declare};

static const char *
check_value(dbc_host *host, const dbc_setting_values *stored,
			const dbc_health_check *check, int which)
{
	dbc_setting setting = check_setting(host, check, which);

	return dbc_setting_value(host, stored, &setting);
}

bool
dbc_health_check_enabled(dbc_host *host, const dbc_setting_values *stored,
						 const dbc_health_check *check)
{
	return dbc_same(check_value(host, stored, check, 0), "true");
}

static double
check_threshold(dbc_host *host, const dbc_setting_values *stored,
				const dbc_health_check *check, int which)
{
	const char *text = check_value(host, stored, check, which);
	double number = NAN;

	if (text)
		(void) dbc_parse_real(text, &number);
	return number;
}

double
dbc_health_check_warning(dbc_host *host, const dbc_setting_values *stored,
						 const dbc_health_check *check)
{
	return check_threshold(host, stored, check, 1);
}

double
dbc_health_check_critical(dbc_host *host, const dbc_setting_values *stored,
						  const dbc_health_check *check)
{
	return check_threshold(host, stored, check, 2);
}
