/*
 * backup_checks.c
 *	  Health checks of backups; see backup_checks.h.
 *
 * They read the directory of backups, and what other tools list.  Without any
 * of these they do not apply, but in production there should be one.
 */
#include "common/health/backup_checks.h"

#include "common/backup/overview.h"
#include "common/core/clock.h"
#include "common/core/text.h"
#include "common/health/rows.h"

#define HOUR_MS 3600000.0
#define DAY_MS	(24 * HOUR_MS)

/* A check that is run. */
typedef struct backup_check
{
	dbc_health_rows rows;
	const dbc_backup_overview *overview;
	double warning;
	int64_t now_ms;
	bool is_production;
	bool is_regular; /* backups are not made by hand only */
} backup_check;

static void
find_missing(backup_check *c)
{
	const dbc_backup_overview *o = c->overview;
	dbc_host *host = c->rows.host;
	dbc_value *row;

	if (o->newest.count > 0 && o->newest.has_good)
		return;
	row = dbc_health_add_row(
		&c->rows, c->is_production && o->configured ? "critical" : "warning",
		o->object);
	row[DBC_R_DETAIL] =
		dbc_text(!o->configured			? "no directory of backups is set"
				 : o->newest.count == 0 ? "none was made"
				 : o->newest.count == 1
					 ? "the only one is damaged"
					 : dbc_format(host, "all %d are damaged", o->newest.count));
}

static void
find_old(backup_check *c)
{
	const dbc_backup_overview *o = c->overview;
	double hours = (double) (c->now_ms - o->newest.started_ms) / HOUR_MS;
	dbc_value *row;

	if (!o->newest.has_good || !(hours >= c->warning))
		return;
	row =
		dbc_health_add_row(&c->rows, c->is_regular ? NULL : "info", o->object);
	row[DBC_R_VALUE] = dbc_real((double) (int64_t) hours);
	row[DBC_R_DETAIL] = dbc_text(o->newest.record.name);
}

/* What other tools have made, they verify. */
static void
find_unverified(backup_check *c)
{
	const dbc_backup_overview *o = c->overview;
	const dbc_backup_result *result = &o->newest.record.result;
	int64_t since_ms = o->newest.started_ms;
	bool was_verified = result->level >= 0 && result->known;
	double days;
	dbc_value *row;

	if (!o->newest.has_good || !o->newest.record.readable)
		return;
	if (was_verified)
		(void) dbc_parse_time(result->at, &since_ms);
	days = (double) (c->now_ms - since_ms) / DAY_MS;
	if (!(days >= c->warning))
		return;
	row = dbc_health_add_row(&c->rows, c->is_regular ? NULL : "info",
							 o->newest.record.name);
	row[DBC_R_VALUE] = dbc_real((double) (int64_t) days);
}

static void
find_damaged(backup_check *c)
{
	const dbc_backup_overview *o = c->overview;

	for (int i = 0; i < o->ndamaged; i++)
		dbc_health_add_row(&c->rows, "warning",
						   o->damaged[i].name)[DBC_R_DETAIL] =
			dbc_text(dbc_backup_describe_damage(&o->damaged[i]));
}

static void
find_failed(backup_check *c)
{
	if (c->overview->last_error)
		dbc_health_add_row(&c->rows, c->is_production ? "critical" : "warning",
						   c->overview->object)[DBC_R_DETAIL] =
			dbc_text(c->overview->last_error);
}

/* A process that runs may hang, or be stopped. */
static void
find_unfollowed(backup_check *c)
{
	const dbc_backup_overview *o = c->overview;
	const char *severity = c->is_production ? "critical" : "warning";
	double seconds =
		o->followed_ms > 0 ? (double) (c->now_ms - o->followed_ms) / 1000 : 0;
	dbc_value *row;

	if (!o->follow_problem && !(o->followed_ms > 0 && seconds >= c->warning))
		return;
	row = dbc_health_add_row(&c->rows, severity, o->object);
	row[DBC_R_DETAIL] = dbc_text(
		o->follow_problem
			? o->follow_problem
			: dbc_format(c->rows.host,
						 "its process runs, but has stored nothing since %s",
						 dbc_time_text(c->rows.host, o->followed_ms)));
	if (!o->follow_problem)
		row[DBC_R_VALUE] = dbc_real((double) (int64_t) seconds);
}

static void
find_resting(backup_check *c)
{
	if (c->overview->why_resting)
		dbc_health_add_row(&c->rows, c->is_production ? "critical" : "warning",
						   c->overview->object)[DBC_R_DETAIL] =
			dbc_text(c->overview->why_resting);
}

static void
find_same_disk(backup_check *c)
{
	if (c->overview->on_data_disk)
		dbc_health_add_row(&c->rows, c->is_production ? "warning" : "info",
						   c->overview->path);
}

static const struct
{
	const char *id;
	void (*find)(backup_check *c);
} checks[] = {
	{"backup_missing", find_missing},		{"backup_failed", find_failed},
	{"backup_follow", find_unfollowed},		{"backup_old", find_old},
	{"backup_unverified", find_unverified}, {"backup_damaged", find_damaged},
	{"backup_same_disk", find_same_disk},	{"schedules_resting", find_resting},
};

#define NCHECKS ((int) (sizeof(checks) / sizeof(checks[0])))

/* The place of a check in the list, or NCHECKS. */
static int
place_of(const dbc_health_check *check)
{
	int i = 0;

	while (i < NCHECKS && !dbc_same(checks[i].id, check->id))
		i++;
	return i;
}

bool
dbc_health_is_backup_check(const dbc_health_check *check)
{
	return place_of(check) < NCHECKS;
}

const dbc_rows *
dbc_health_check_backups(dbc_host *host, const dbc_health_check *check,
						 double warning, const dbc_setting_values *stored,
						 const dbc_backup_overview **overview)
{
	void (*find)(backup_check *);
	backup_check c = {.warning = warning, .now_ms = dbc_now_ms()};
	const char *environment =
		dbc_setting_text(host, stored, DBC_SETTING_environment);

	c.is_production = dbc_same(environment, "production");
	if (!*overview)
	{
		dbc_backup_overview *read = dbc_alloc(host, sizeof(*read));

		dbc_backup_read_overview(host, read);
		*overview = read;
	}
	c.overview = *overview;
	c.is_regular =
		c.is_production || c.overview->scheduled ||
		(c.overview->newest.has_good && !c.overview->newest.record.readable);
	dbc_health_begin_rows(&c.rows, host, c.overview->ndamaged + 1);
	find = checks[place_of(check)].find;
	if (c.overview->problem && find != find_failed && find != find_resting)
		dbc_health_add_row(&c.rows, "unknown", NULL)[DBC_R_REASON] =
			dbc_text(c.overview->problem);
	else if (!c.overview->configured &&
			 !(c.is_production && find == find_missing) &&
			 !(find == find_resting && c.overview->why_resting))
		dbc_health_add_row(&c.rows, "not_applicable", NULL)[DBC_R_REASON] =
			dbc_text("no directory of backups is set");
	else
		find(&c);
	return c.rows.rows;
}

const char *
dbc_health_name_backup(dbc_host *host)
{
	dbc_backup_overview overview;

	dbc_backup_read_overview(host, &overview);
	if (overview.problem || !overview.newest.has_good)
		return "a backup (none is known here)";
	return dbc_format(host, "backup \"%s\" of %s", overview.newest.record.name,
					  dbc_time_text(host, overview.newest.started_ms));
}
