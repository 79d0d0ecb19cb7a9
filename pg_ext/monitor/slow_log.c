/*
 * slow_log.c
 *	  Slow executions in shared memory.
 *
 * A text is normalised before it is stored, and a plan has only its nodes: the
 * conditions contain values.
 */
#include "pg_ext/core/host.h"
#include "pg_ext/monitor/monitor.h"

#include "access/xact.h"
#include "executor/execdesc.h"
#include "utils/timestamp.h"

/* Milliseconds since 1970. */
static int64
epoch_ms(TimestampTz time)
{
	return (time - SetEpochTimestamp()) / 1000;
}

/* Copies a text that may have to be cut at a character, and is plain ASCII
 * unless it is valid in the encoding of the database. */
static void
copy_text(char *to, const char *from, int size)
{
	int length = (int) strlen(from);

	if (length >= size)
		length = pg_mbcliplen(from, length, size - 1);
	memcpy(to, from, (Size) length);
	to[length] = '\0';
	if (pg_verifymbstr(to, length, true) &&
		GetDatabaseEncoding() != PG_SQL_ASCII)
		return;
	for (char *at = to; *at; at++)
		if (IS_HIGHBIT_SET(*at))
			*at = '?';
}

/* The end of a line of a plan; a line feed within quotes does not end it. */
static const char *
end_of_line(const char *line)
{
	char quote = '\0';

	for (; *line && (quote || *line != '\n'); line++)
		if (quote ? *line == quote : *line == '\'' || *line == '"')
			quote = quote ? '\0' : *line;
	return line;
}

/* Whether a line of a plan names a node. */
static bool
is_node(const char *line, bool is_first)
{
	static const char *const begins[] = {"->", "InitPlan ", "SubPlan ", "CTE "};

	line += strspn(line, " ");
	for (int i = 0; i < (int) lengthof(begins); i++)
		if (strncmp(line, begins[i], strlen(begins[i])) == 0)
			return true;
	return is_first;
}

/* The nodes of a plan. */
static const char *
plan_text(QueryDesc *query)
{
	ExplainState *state = NewExplainState();
	const char *line;
	StringInfoData nodes;

	state->costs = false;
	ExplainBeginOutput(state);
	ExplainPrintPlan(state, query);
	ExplainEndOutput(state);
	initStringInfo(&nodes);
	for (line = state->str->data; *line;)
	{
		const char *end = end_of_line(line);

		if (is_node(line, line == state->str->data))
			appendStringInfo(&nodes, "%s%.*s", nodes.len > 0 ? "\n" : "",
							 (int) (end - line), line);
		line = *end ? end + 1 : end;
	}
	return nodes.data;
}

/* Counts a slow execution; returns its number if it may be kept, or 0. */
static int64
claim(TimestampTz now, bool *with_plan)
{
	dbcpg_monitor_target *target;
	int64 number = 0;

	LWLockAcquire(&dbcpg_monitor_shared->lock, LW_EXCLUSIVE);
	target =
		dbcpg_monitor_find_target(dbcpg_monitor_shared, MyDatabaseId, false);
	if (target)
	{
		target->slow_number++;
		*with_plan = target->slow_plans;
		if (dbc_monitor_may_keep(&target->slow_rate, epoch_ms(now)))
			number = target->slow_number;
	}
	LWLockRelease(&dbcpg_monitor_shared->lock);
	return number;
}

/* Replaces the oldest entry. */
static void
put(const dbcpg_monitor_slow_entry *entry)
{
	dbcpg_monitor_records *records = dbcpg_monitor_recorded;

	LWLockAcquire(&dbcpg_monitor_shared->lock, LW_EXCLUSIVE);
	records->slow[records->next++ % DBCPG_SLOW_ENTRIES] = *entry;
	LWLockRelease(&dbcpg_monitor_shared->lock);
}

void
dbcpg_monitor_record_slow(const char *text, int location, int length,
						  double duration_ms, int64 rows, QueryDesc *query)
{
	TimestampTz now = GetCurrentTimestamp();
	bool with_plan = false;
	int64 number = claim(now, &with_plan);
	dbcpg_monitor_slow_entry *entry;
	dbc_normalised_sql *normal;
	const char *user;

	if (number == 0 || !text)
		return;
	if (location > 0)
		text += location;
	if (length > 0)
		text = pnstrdup(text, (Size) length);
	normal = palloc(sizeof(*normal));
	dbc_normalise_sql(text, DBC_ON_POSTGRESQL, normal);
	entry = palloc0(sizeof(*entry));
	entry->database = MyDatabaseId;
	entry->number = number;
	entry->started_at = now - (TimestampTz) (duration_ms * 1000);
	entry->duration_ms = duration_ms;
	entry->rows = rows;
	user = GetUserNameFromId(GetUserId(), true);
	copy_text(entry->user_name, user ? user : "", NAMEDATALEN);
	copy_text(entry->application, application_name ? application_name : "",
			  NAMEDATALEN);
	strlcpy(entry->fingerprint, normal->fingerprint, DBC_FINGERPRINT);
	copy_text(entry->query, normal->text, DBCPG_SLOW_TEXT);
	if (with_plan && query)
		copy_text(entry->plan, plan_text(query), DBCPG_SLOW_PLAN);
	put(entry);
	pfree(entry);
	pfree(normal);
}

/* ---- calls of the host interface ---- */

/* Copies the entries of the current database; returns their number. */
static int
copy_entries(dbcpg_monitor_slow_entry *to, dbcpg_monitor_target *target)
{
	const dbcpg_monitor_target *found;
	int count = 0;

	LWLockAcquire(&dbcpg_monitor_shared->lock, LW_SHARED);
	found =
		dbcpg_monitor_find_target(dbcpg_monitor_shared, MyDatabaseId, false);
	if (found)
		*target = *found;
	for (int i = 0; found && i < DBCPG_SLOW_ENTRIES; i++)
	{
		const dbcpg_monitor_slow_entry *entry =
			&dbcpg_monitor_recorded->slow[i];

		/* entries of a database that was monitored before stay */
		if (entry->database == MyDatabaseId &&
			entry->started_at >= found->added_at)
			to[count++] = *entry;
	}
	LWLockRelease(&dbcpg_monitor_shared->lock);
	return count;
}

/* A text for the core; NULL if it is empty. */
static const char *
known(dbcpg_host *host, const char *text)
{
	return *text ? dbcpg_to_core(host, text) : NULL;
}

void
dbcpg_monitor_read_slow(dbc_host *base, dbc_monitor_slow_log *log)
{
	dbcpg_host *host = dbcpg_of(base);
	dbcpg_monitor_target target = {.database = InvalidOid};
	dbcpg_monitor_slow_entry *entries;
	dbc_monitor_execution *list;

	*log = (dbc_monitor_slow_log){.count = 0};
	log->problem = dbcpg_monitor_no_records(&log->hint);
	if (log->problem)
		return;
	log->hint = NULL;
	entries = palloc(DBCPG_SLOW_ENTRIES * sizeof(*entries));
	log->count = copy_entries(entries, &target);
	list = dbc_alloc(base, ((Size) log->count + 1) * sizeof(*list));
	for (int i = 0; i < log->count; i++)
	{
		const dbcpg_monitor_slow_entry *entry = &entries[i];

		list[i] = (dbc_monitor_execution){
			.number = entry->number,
			.started_ms = epoch_ms(entry->started_at),
			.duration_ms = entry->duration_ms,
			.fingerprint = dbcpg_to_core(host, entry->fingerprint),
			.query = dbcpg_to_core(host, entry->query),
			.rows = entry->rows,
			.user_name = known(host, entry->user_name),
			.application = known(host, entry->application),
			.full_scan_steps = -1,
			.sorts = -1,
			.automatic_indexes = -1,
			.plan = known(host, entry->plan)};
	}
	pfree(entries);
	log->list = list;
	log->last = target.slow_number;
	log->source = dbc_format(base, "%lld", (long long) target.added_at);
}

void
dbcpg_monitor_limit_slow(dbc_host *host, double slow_ms, bool with_plan)
{
	dbcpg_monitor_shared_state *shared = dbcpg_monitor_attach_shared_state();
	dbcpg_monitor_target *target;

	(void) host;
	LWLockAcquire(&shared->lock, LW_EXCLUSIVE);
	target = dbcpg_monitor_find_target(shared, MyDatabaseId, false);
	if (target)
	{
		target->slow_us = Max((int64) Min(slow_ms * 1000, 1e15), 1);
		target->slow_plans = with_plan;
	}
	LWLockRelease(&shared->lock);
}

void
dbcpg_monitor_forget_slow(dbc_host *host)
{
	dbcpg_monitor_target *target;

	(void) host;
	if (!dbcpg_monitor_recorded)
		return;
	LWLockAcquire(&dbcpg_monitor_shared->lock, LW_EXCLUSIVE);
	target =
		dbcpg_monitor_find_target(dbcpg_monitor_shared, MyDatabaseId, false);
	/* numbers begin again, of another source */
	if (target)
	{
		target->slow_number = 0;
		target->added_at = GetCurrentTimestamp();
	}
	for (int i = 0; i < DBCPG_SLOW_ENTRIES; i++)
		if (dbcpg_monitor_recorded->slow[i].database == MyDatabaseId)
			dbcpg_monitor_recorded->slow[i].database = InvalidOid;
	LWLockRelease(&dbcpg_monitor_shared->lock);
}
