/*
 * row_checks.c
 *	  Health checks of rows: all of them share one pass over each table.
 */
#include "common/health/row_checks.h"

#include <string.h>

#include "common/check/check.h"
#include "common/core/names.h"
#include "common/health/rows.h"

#define RULES (1u << DBC_K_RULE)

/* The checks, and the kinds of constraints they report. */
static const struct
{
	const char *id;
	unsigned kinds;
} row_checks[] = {
	{"orphaned_rows", 1u << DBC_K_FOREIGN_KEY},
	{"duplicate_keys",
	 1u << DBC_K_PRIMARY_KEY | 1u << DBC_K_UNIQUE | 1u << DBC_K_EXCLUSION},
	{"constraint_violations",
	 1u << DBC_K_NOT_NULL | 1u << DBC_K_CHECK | 1u << DBC_K_TYPE},
	{"data_rules_failed", RULES},
};

#define NCHECKS ((int) (sizeof(row_checks) / sizeof(row_checks[0])))

/* A violation in a list, the last one first. */
typedef struct entry
{
	const struct entry *previous;
	dbc_check_violation violation;
} entry;

struct dbc_health_row_verification
{
	unsigned kinds; /* of all checks to run */
	bool done;
	int count;
	const entry *last;
};

/* The kinds that a check reports; 0 if it is not one of these checks. */
static unsigned
kinds_of(const dbc_health_check *check)
{
	for (int i = 0; i < NCHECKS; i++)
		if (dbc_same(row_checks[i].id, check->id))
			return row_checks[i].kinds;
	return 0;
}

bool
dbc_health_is_row_check(const dbc_health_check *check)
{
	return kinds_of(check) != 0;
}

dbc_health_row_verification *
dbc_health_open_row_verification(dbc_host *host,
								 bool (*want)(const dbc_health_check *check,
											  void *arg),
								 void *arg)
{
	dbc_health_row_verification *verification =
		dbc_alloc(host, sizeof(*verification));

	for (int i = 0; i < dbc_health_nchecks; i++)
		if (want(&dbc_health_checks[i], arg))
			verification->kinds |= kinds_of(&dbc_health_checks[i]);
	return verification;
}

/* Stores a violation. */
static void
store_violation(dbc_host *host, const dbc_check_violation *violation, void *arg)
{
	dbc_health_row_verification *verification = arg;
	entry *kept = dbc_alloc(host, sizeof(*kept));

	*kept = (entry){verification->last, *violation};
	verification->last = kept;
	verification->count++;
}

/* Verifies all tables on the first call. */
static void
verify_once(dbc_host *host, dbc_health_row_verification *verification)
{
	dbc_value all = dbc_null();

	if (verification->done)
		return;
	verification->last = NULL;
	verification->count = 0;
	dbc_check_run(host, &all, verification->kinds & ~RULES,
				  (verification->kinds & RULES) != 0, 0, store_violation,
				  verification);
	verification->done = true;
}

/* Whether checks of some kinds report a violation; if a table could not be
 * verified at all, all of them do. */
static bool
is_reported_by(const dbc_check_violation *violation, unsigned kinds)
{
	if (violation->is_rule)
		return (kinds & RULES) != 0;
	if (!violation->result)
		return true;
	return (kinds & 1u << violation->result->kind) != 0;
}

/* The object of a violation, for the message of its check. */
static const char *
detail_of(dbc_host *host, const dbc_check_violation *violation)
{
	const dbc_check_result *result = violation->result;

	if (result->kind == DBC_K_FOREIGN_KEY)
		return dbc_format(host, "%s by foreign key (%s)", result->parent,
						  result->columns);
	return dbc_quote(host, result->name);
}

/* Why the parents of orphans are lost, or NULL. */
static const char *
lost_of(dbc_host *host, const dbc_check_violation *violation)
{
	if (violation->is_rule || violation->result->kind != DBC_K_FOREIGN_KEY)
		return NULL;
	return dbc_check_describe_lost(host, violation->result->parent);
}

/* The dbcheck_repair() call that repairs the rows, or NULL. */
static const char *
fix_of(dbc_host *host, const dbc_check_violation *violation)
{
	dbc_json_node *options = dbc_json_object(host);
	dbc_json_node *rules = dbc_json_array(host);

	if (violation->is_rule && violation->is_repairable)
	{
		dbc_json_push_text(rules, violation->name);
		DBC_PUT(options, rules, rules);
	}
	else if (violation->result->kind == DBC_K_FOREIGN_KEY)
	{
		DBC_PUT_TEXT(options, orphans, "quarantine");
		DBC_PUT_TEXT(options, relation, violation->table);
	}
	else
		return NULL;
	DBC_PUT_BOOL(options, dry_run, false);
	return dbc_format(host, "SELECT dbcheck_repair(%s);",
					  dbc_literal(host, dbc_json_text(options)));
}

/* Fills the row of a violation; without a severity, the thresholds of the check
 * apply. */
static void
fill_row(dbc_host *host, const dbc_check_violation *violation, dbc_value *row)
{
	bool known = !dbc_same(violation->severity, "unknown");
	const char *lost;

	row[DBC_R_OBJECT] = dbc_text(violation->table);
	if (!known)
	{
		row[DBC_R_SEVERITY] = dbc_text(violation->severity);
		row[DBC_R_REASON] = dbc_text(violation->message);
		return;
	}
	if (violation->is_rule)
		row[DBC_R_SEVERITY] = dbc_text(violation->severity);
	row[DBC_R_VALUE] = dbc_check_result_violations(violation->result);
	lost = lost_of(host, violation);
	row[DBC_R_DETAIL] = dbc_text(detail_of(host, violation));
	if (!lost)
	{
		row[DBC_R_FIX_SQL] = dbc_text(fix_of(host, violation));
		return;
	}
	row[DBC_R_DETAIL] = dbc_text(dbc_format(host, "%s; parents are lost: %s",
											row[DBC_R_DETAIL].text, lost));
	row[DBC_R_SUGGESTION] = dbc_text(dbc_format(
		host,
		"Restore %s from a backup, then look again: a repair of the rows of %s "
		"would remove rows whose parents a backup still has.",
		violation->result->parent, violation->table));
}

const dbc_rows *
dbc_health_verify_rows(dbc_host *host,
					   dbc_health_row_verification *verification,
					   const dbc_health_check *check)
{
	unsigned kinds = kinds_of(check);
	dbc_rows *rows = dbc_alloc(host, sizeof(*rows));
	dbc_value *end;

	verify_once(host, verification);
	end = (dbc_value *) dbc_alloc(host, ((size_t) verification->count + 1) *
											DBC_R_COLUMNS * sizeof(*end)) +
		  verification->count * DBC_R_COLUMNS;
	rows->ncols = DBC_R_COLUMNS;
	for (const entry *kept = verification->last; kept; kept = kept->previous)
		if (is_reported_by(&kept->violation, kinds))
		{
			end -= DBC_R_COLUMNS;
			fill_row(host, &kept->violation, end);
			rows->nrows++;
		}
	rows->values = end;
	return rows;
}
