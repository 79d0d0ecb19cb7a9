/*
 * migration_checks.c
 *	  Health checks of migrations.
 *
 * They share the state of migrations with dbmigrate_status(), which SQL alone
 * cannot tell: layout does not count, and a ledger of another tool may.
 */
#include "common/health/migration_checks.h"

#include <math.h>

#include "common/core/clock.h"
#include "common/core/settings.h"
#include "common/core/text.h"
#include "common/migrate/drift.h"
#include "common/migrate/migrate.h"

#define DAY_MS 86400000.0

/* Comparing more objects takes longer than the other checks together. */
#define MOST_OBJECTS 2000

/* The rows of a check while they are made. */
typedef struct listing
{
	dbc_host *host;
	bool thorough;
	dbc_migrations list;
	dbc_rows *rows;
	dbc_value *values; /* there is room for all */
} listing;

/* Columns of a row; see health/check.h. */
enum
{
	R_SEVERITY,
	R_OBJECT,
	R_VALUE,
	R_DETAIL,
	R_FIX_SQL,
	R_REASON,
	R_PROBE,
	R_COLUMNS
};

/* Makes room for rows. */
static void
reserve(listing *l, int count)
{
	l->values = dbc_alloc(l->host, ((size_t) count + 1) * R_COLUMNS *
									   sizeof(*l->values));
	l->rows->values = l->values;
	l->rows->ncols = R_COLUMNS;
}

/* Adds a row; severity NULL: by its value. */
static dbc_value *
add_row(listing *l, const char *severity, const char *object)
{
	dbc_value *row = l->values + (size_t) l->rows->nrows++ * R_COLUMNS;

	row[R_SEVERITY] = dbc_text(severity);
	row[R_OBJECT] = dbc_text(object);
	return row;
}

/* Adds why there is no result. */
static void
add_reason(listing *l, const char *severity, const char *reason)
{
	reserve(l, 1);
	add_row(l, severity, NULL)[R_REASON] = dbc_text(reason);
}

/* One half done has left its objects behind. */
static void
find_failed(listing *l)
{
	reserve(l, l->list.count);
	for (int i = 0; i < l->list.count; i++)
	{
		const dbc_migration *m = &l->list.items[i];

		if (m->state == DBC_FAILED)
			add_row(l, m->transactional ? "warning" : "critical",
					m->version)[R_DETAIL] = dbc_text(m->name);
	}
}

static void
find_modified(listing *l)
{
	reserve(l, l->list.count);
	for (int i = 0; i < l->list.count; i++)
	{
		const dbc_migration *m = &l->list.items[i];

		if (m->state == DBC_MODIFIED)
			add_row(l, "warning", m->version)[R_DETAIL] = dbc_text(m->name);
	}
}

/* Finds the migration that has waited longest. */
static void
find_pending(listing *l)
{
	dbc_host *host = l->host;
	const char *environment = dbc_setting_text(host, dbc_read_settings(host),
											   DBC_SETTING_environment);
	const dbc_rows *rows = dbc_query(host, "health/registrations");
	const char *oldest = NULL;
	int64_t since_ms = 0;
	int count = 0;

	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_migration *m =
			dbc_ledger_find_migration(&l->list, dbc_get_text(host, rows, i, 0));

		if (!m || m->state != DBC_PENDING ||
			!dbc_migrate_is_for_environment(host, m, environment))
			continue;
		if (count++ > 0)
			continue;
		oldest = m->version;
		since_ms = dbc_get_time(host, rows, i, 1);
	}
	reserve(l, 1);
	if (count > 0)
	{
		dbc_value *row = add_row(l, NULL, oldest);
		double days = (double) (dbc_now_ms() - since_ms) / DAY_MS;

		row[R_VALUE] = dbc_real(fmax(round(days * 100) / 100, 0));
		row[R_DETAIL] = dbc_text(dbc_count_text(host, count, "migration"));
	}
}

/* Whether a difference is an extension that dbcare asks for (doc/install.md). */
static bool
is_advised(const dbc_migrate_difference *difference)
{
	static const char *const extensions[] = {
		"amcheck",		 "dblink",		"pg_stat_statements",
		"pg_visibility", "pgstattuple", NULL};

	if (!dbc_same(difference->type, "extension") ||
		!dbc_same(difference->change, "added"))
		return false;
	for (const char *const *name = extensions; *name; name++)
		if (dbc_same(difference->object, *name))
			return true;
	return false;
}

static void
find_drift(listing *l)
{
	dbc_host *host = l->host;
	dbc_migrate_differences drift;
	int64_t objects;

	if (!dbc_ledger_last_applied(&l->list))
	{
		add_reason(l, "not_applicable", "no migration has been applied");
		return;
	}
	if (!dbc_migrate_has_snapshot(host))
	{
		add_reason(l, "unknown",
				   "the schema that the last migration left is not stored");
		return;
	}
	objects = dbc_get_int(host, dbc_query(host, "health/stored_objects"), 0, 0);
	if (!l->thorough && objects > MOST_OBJECTS)
	{
		add_reason(l, "unknown",
				   dbc_format(host,
							  "the stored schema has %lld objects: level full "
							  "compares more than %d",
							  (long long) objects, MOST_OBJECTS));
		return;
	}
	drift = dbc_migrate_find_drift(host);
	reserve(l, drift.count);
	for (int i = 0; i < drift.count; i++)
	{
		const dbc_migrate_difference *d = &drift.items[i];

		add_row(l, d->cosmetic || is_advised(d) ? "info" : "warning",
				d->object)[R_DETAIL] =
			dbc_text(dbc_format(host, "(%s) was %s", d->type, d->change));
	}
}

/* The checks. */
static const struct
{
	const char *id;
	void (*find)(listing *l);
} migration_checks[] = {
	{"migration_failed", find_failed},
	{"migration_modified", find_modified},
	{"migrations_pending", find_pending},
	{"schema_drift", find_drift},
};

#define NCHECKS ((int) (sizeof(migration_checks) / sizeof(migration_checks[0])))

/* The place of a check in the list, or NCHECKS. */
static int
place_of(const dbc_health_check *check)
{
	int i = 0;

	while (i < NCHECKS && !dbc_same(migration_checks[i].id, check->id))
		i++;
	return i;
}

bool
dbc_health_is_migration_check(const dbc_health_check *check)
{
	return place_of(check) < NCHECKS;
}

/* Reads the migrations. */
static void
read_migrations(dbc_host *host, void *arg)
{
	*(dbc_migrations *) arg = dbc_migrate_list_migrations(host);
}

const dbc_rows *
dbc_health_check_migrations(dbc_host *host, const dbc_health_check *check,
							bool thorough)
{
	listing l = {.host = host,
				 .thorough = thorough,
				 .rows = dbc_alloc(host, sizeof(*l.rows))};
	dbc_error error;

	/* who may not read dbcare's tables has no unhealthy database */
	if (!dbc_guard(host, read_migrations, &l.list, DBC_KEEP, true, &error))
		add_reason(&l, "unknown", error.message);
	else if (l.list.count == 0)
		add_reason(&l, "not_applicable", "no migration is registered");
	else
		migration_checks[place_of(check)].find(&l);
	return l.rows;
}
