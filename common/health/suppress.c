/*
 * suppress.c
 *	  Suppressed findings: dbhealth_suppress(), dbhealth_suppressions().
 *
 * A suppressed finding costs nothing and caps nothing, but is reported like
 * any other.  Every suppression expires, since a harmless finding may become a
 * problem later.
 */
#include "common/health/suppress.h"

#include <string.h>

#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/settings.h"
#include "common/core/tables.h"

#define DEFAULT_DAYS 90
#define MOST_DAYS	 3653 /* ten years */
#define MS_PER_DAY	 INT64_C(86400000)

/* Columns of health/suppressions.sql. */
enum
{
	S_CHECK_ID,
	S_PATTERN,
	S_REASON,
	S_UNTIL,
	S_CREATED_AT,
	S_CREATED_BY
};

/* ---- matching ---- */

/* Whether text matches a pattern, in which * matches any text. */
static bool
matches(const char *text, const char *pattern)
{
	const char *star = NULL; /* the last * ... */
	const char *from = NULL; /* ... and the end of the text it matches so far */

	while (*text)
	{
		if (*pattern == '*')
		{
			star = pattern++;
			from = text;
		}
		else if (*pattern == *text)
		{
			pattern++;
			text++;
		}
		else if (star)
		{
			pattern = star + 1;
			text = ++from;
		}
		else
			return false;
	}
	return pattern[strspn(pattern, "*")] == '\0';
}

/* All suppressions, including expired ones. */
static const dbc_rows *
query_suppressions(dbc_host *host)
{
	static const dbc_rows none = {0};

	return !dbc_has_tables(host) ? &none
								 : dbc_query(host, "health/suppressions");
}

static bool
is_active(dbc_host *host, const dbc_rows *rows, int row, const char *now)
{
	return strcmp(dbc_get_text(host, rows, row, S_UNTIL), now) > 0;
}

/* Whether a finding can be suppressed; not an unknown result, which may hide a
 * problem. */
static bool
is_suppressible(const dbc_finding *finding)
{
	return finding->severity >= DBC_INFO && finding->severity <= DBC_CRITICAL;
}

/* Marks suppressed findings, with the first suppression that matches. */
void
dbc_health_suppress_findings(dbc_host *host, dbc_findings *findings)
{
	const dbc_rows *rows = query_suppressions(host);
	const char *now = dbc_now(host);

	for (int i = 0; i < rows->nrows; i++)
		/* a suppression that cannot be read is ignored */
		for (int j = dbc_describe_mismatch(host, rows, i, "tttt")
						 ? findings->count
						 : 0;
			 j < findings->count; j++)
		{
			dbc_finding *finding = &findings->list[j];
			const char *object = finding->object ? finding->object : "";

			if (finding->suppressed || !is_suppressible(finding) ||
				!dbc_same(finding->check->id,
						  dbc_get_text(host, rows, i, S_CHECK_ID)) ||
				!matches(object, dbc_get_text(host, rows, i, S_PATTERN)) ||
				!is_active(host, rows, i, now))
				continue;
			finding->suppressed = true;
			finding->reason = dbc_format(host, "suppressed until %s: %s",
										 dbc_get_text(host, rows, i, S_UNTIL),
										 dbc_get_text(host, rows, i, S_REASON));
		}
}

/* ---- SQL functions ---- */

/* The end of a suppression in milliseconds. */
static int64_t
read_end(dbc_host *host, const char *given)
{
	int64_t now = dbc_now_ms();
	int64_t end;

	if (!given)
		return now + DEFAULT_DAYS * MS_PER_DAY;
	if (dbc_same(given, "now"))
		return now;
	if (!dbc_parse_time(given, &end))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Write a time such as 2030-12-31 or 2030-12-31T09:00:00Z, or "
				 "now to end a suppression.",
				 "\"%s\" is not a time", given);
	if (end > now + MOST_DAYS * MS_PER_DAY)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "A suppression lasts ten years at most; it can be renewed.",
				 "%s is too far in the future", given);
	return end;
}

static void
end_suppression(dbc_host *host, const dbc_args_dbhealth_suppress *args,
				const char *end)
{
	if (!dbc_has_tables(host) ||
		dbc_query(host, "health/suppression_end", args->check_id,
				  args->object_pattern, dbc_text(end))
				->affected == 0)
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
				 "dbhealth_suppressions() lists the suppressions.",
				 "check %s has no suppression for \"%s\"", args->check_id.text,
				 args->object_pattern.text);
}

/* Fails unless the check exists and the texts are not empty. */
static void
check_arguments(dbc_host *host, const dbc_args_dbhealth_suppress *args)
{
	(void) dbc_health_require_check(host, args->check_id.text);
	if (*args->object_pattern.text == '\0')
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Write * to suppress all findings of the check.",
				 "the object pattern cannot be empty");
	if (*args->reason.text == '\0')
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Give a reason, for example 'append-only table'.",
				 "the reason cannot be empty");
}

/* dbhealth_suppress(check_id, object_pattern, reason, until_at) */
DBC_RUN(dbhealth_suppress)
{
	dbc_json_node *result = dbc_json_object(host);
	const char *end;
	int64_t end_ms;
	bool ends;

	check_arguments(host, args);
	end_ms = read_end(host, args->until_at.text);
	end = dbc_time_text(host, end_ms);
	ends = end_ms <= dbc_now_ms();
	if (ends)
		end_suppression(host, args, end);
	else
	{
		dbc_need_tables(host);
		dbc_query(host, "health/suppression_store", args->check_id,
				  args->object_pattern, args->reason, dbc_text(end),
				  dbc_text(dbc_actor(host, dbc_read_settings(host))));
	}
	DBC_PUT_TEXT(result, check_id, args->check_id.text);
	DBC_PUT_TEXT(result, object_pattern, args->object_pattern.text);
	DBC_PUT_TEXT(result, until_at, end);
	DBC_PUT_TEXT(result, action, ends ? "ended" : "suppressed");
	dbc_json_emit(host, result);
}

/* dbhealth_suppressions() */
DBC_RUN(dbhealth_suppressions)
{
	const dbc_rows *rows = query_suppressions(host);
	const char *now = dbc_now(host);

	for (int i = 0; i < rows->nrows; i++)
		dbc_emit(host, dbc_get_value(host, rows, i, S_CHECK_ID),
				 dbc_get_value(host, rows, i, S_PATTERN),
				 dbc_get_value(host, rows, i, S_REASON),
				 dbc_get_value(host, rows, i, S_UNTIL),
				 dbc_bool(is_active(host, rows, i, now)),
				 dbc_get_value(host, rows, i, S_CREATED_AT),
				 dbc_get_value(host, rows, i, S_CREATED_BY));
}
