/*
 * log.c
 *	  Writing entries of the log.
 */
#include "pg_ext/audit/certain.h"
#include "pg_ext/audit/log.h"

#include "access/stratnum.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/* ---- dbcare's tables ---- */

static const char *const entry_columns[] = {
	"entry_id", "transaction_id", "next_transaction", "logged_at",
	"shape_id", "context_id",	  "action",			  "row_key",
	"changed",	"moved_to"};
static const Oid entry_types[] = {INT8OID, INT8OID, INT8OID, TIMESTAMPTZOID,
								  INT4OID, INT4OID, TEXTOID, TEXTOID,
								  TEXTOID, TEXTOID};
static const char *const context_columns[] = {
	"context_id", "user_name", "role_name", "application", "address", "actor"};
static const Oid context_types[] = {INT8OID, TEXTOID, TEXTOID,
									TEXTOID, TEXTOID, TEXTOID};
static const char *const shape_columns[] = {"shape_id", "table_id", "columns"};
static const Oid shape_types[] = {INT8OID, INT8OID, TEXTOID};

#define NO_NULLS ((const bool[DBCPG_AUDIT_COLUMNS]){0})

/* ---- numbers that the session remembers ---- */

/* Columns of dbcare.audit_context after the first. */
enum
{
	C_USER,
	C_ROLE,
	C_APPLICATION,
	C_ADDRESS,
	C_ACTOR,
	C_COUNT
};

/* The last context, and its number. */
static struct
{
	char *texts[C_COUNT];
	Oid store; /* the dbcare.audit_entry that it is for */
	int32 id;  /* 0: unknown */
	bool is_certain;
} last;

static void
settle_context(bool keep)
{
	if (!last.is_certain && !keep)
		last.id = 0;
	last.is_certain = true;
}

/* ---- contexts ---- */

/* Bytes of a claimed name that are stored. */
#define ACTOR_MAX 500

/* The address of the client; empty if it is local. */
static const char *
client_address(void)
{
	static char address[64]; /* longer than any IPv6 address */
	static bool is_known;
	LOCAL_FCINFO(fcinfo, 0);
	Datum inet;

	if (is_known)
		return address;
	InitFunctionCallInfoData(*fcinfo, NULL, 0, InvalidOid, NULL, NULL);
	inet = inet_client_addr(fcinfo);
	if (!fcinfo->isnull)
		strlcpy(address,
				TextDatumGetCString(DirectFunctionCall1(network_host, inet)),
				sizeof(address));
	is_known = true;
	return address;
}

/* The number of a context in dbcare.audit_context, added if it has none. */
static int32
number_of_context(Oid function, const char *const *texts)
{
	dbcpg_audit_table contexts = {.name = "audit_context",
								  .index = "audit_context_all",
								  .ncolumns = lengthof(context_columns),
								  .columns = context_columns,
								  .types = context_types};
	Datum values[C_COUNT + 1];
	ScanKeyData keys[C_COUNT];
	int64 number;

	dbcpg_audit_open(&contexts, function);
	for (int i = 0; i < C_COUNT; i++)
	{
		values[i + 1] = CStringGetTextDatum(texts[i]);
		ScanKeyInit(&keys[i], (AttrNumber) (i + 2), BTEqualStrategyNumber,
					F_TEXTEQ, values[i + 1]);
	}
	number = dbcpg_audit_find(&contexts, keys, C_COUNT, NULL);
	if (number == 0)
		number = dbcpg_audit_append(&contexts, values, NO_NULLS);
	return (int32) number;
}

/* The name that the session claims, as far as an index has room for it. */
static const char *
claimed_actor(void)
{
	const char *actor = GetConfigOption("dbcare.actor", true, false);
	int length = actor ? (int) strlen(actor) : 0;

	if (length <= ACTOR_MAX)
		return actor ? actor : "";
	return pnstrdup(actor, (Size) pg_mbcliplen(actor, length, ACTOR_MAX));
}

/* The number of the context of this session. */
static int32
current_context(const dbcpg_audit_log *log)
{
	const char *texts[] = {
		[C_USER] = GetUserNameFromId(GetSessionUserId(), false),
		[C_ROLE] = GetUserNameFromId(GetUserId(), false),
		[C_APPLICATION] = application_name ? application_name : "",
		[C_ADDRESS] = client_address(),
		[C_ACTOR] = claimed_actor()};
	bool same = last.id != 0 && last.store == log->entries.relation;

	for (int i = 0; i < C_COUNT && same; i++)
		same = strcmp(last.texts[i], texts[i]) == 0;
	if (same)
		return last.id;
	last.id = 0;
	for (int i = 0; i < C_COUNT; i++)
	{
		if (last.texts[i])
			pfree(last.texts[i]);
		last.texts[i] = NULL;
		last.texts[i] = MemoryContextStrdup(TopMemoryContext, texts[i]);
	}
	last.is_certain = false;
	dbcpg_audit_note_uncertain(settle_context);
	last.id = number_of_context(log->function, texts);
	last.store = log->entries.relation;
	return last.id;
}

/* ---- shapes ---- */

/* The number of the columns of a table in dbcare.audit_shape. */
static int32
number_of_shape(const dbcpg_audit_log *log, dbcpg_audited *table)
{
	dbcpg_audit_table shapes = {.name = "audit_shape",
								.index = "audit_shape_table",
								.ncolumns = lengthof(shape_columns),
								.columns = shape_columns,
								.types = shape_types};
	Datum values[] = {0, Int64GetDatum(table->table_id),
					  CStringGetTextDatum(table->columns)};
	ScanKeyData key;

	if (table->shape_id != 0 && table->shape_store == log->entries.relation)
		return table->shape_id;
	dbcpg_audit_open(&shapes, log->function);
	ScanKeyInit(&key, 2, BTEqualStrategyNumber, F_INT8EQ, values[1]);
	dbcpg_audit_make_uncertain(table);
	table->shape_id =
		(int32) dbcpg_audit_find(&shapes, &key, 1, table->columns);
	if (table->shape_id == 0)
		table->shape_id = (int32) dbcpg_audit_append(&shapes, values, NO_NULLS);
	table->shape_store = log->entries.relation;
	return table->shape_id;
}

/* ---- entries ---- */

dbcpg_audit_log *
dbcpg_audit_open_log(Oid function)
{
	dbcpg_audit_log *log = palloc0(sizeof(*log));

	log->entries = (dbcpg_audit_table){.name = "audit_entry",
									   .ncolumns = lengthof(entry_columns),
									   .columns = entry_columns,
									   .types = entry_types};
	log->function = function;
	dbcpg_audit_open(&log->entries, function);
	log->context_id = current_context(log);
	return log;
}

/* A text, or 0 for NULL. */
static Datum
text_of(const StringInfoData *text)
{
	return text ? PointerGetDatum(
					  cstring_to_text_with_len(text->data, text->len))
				: 0;
}

void
dbcpg_audit_write(dbcpg_audit_log *log, dbcpg_audited *table,
				  const char *action, const StringInfoData *key,
				  const StringInfoData *changed, const StringInfoData *moved_to)
{
	bool moved = moved_to && moved_to->len > 0;
	FullTransactionId own = GetTopFullTransactionId();
	Datum values[] = {
		0, UInt64GetDatum(U64FromFullTransactionId(own)),
		/* read before the number of the entry: of the entries of a row, both
		 * only grow */
		UInt64GetDatum(U64FromFullTransactionId(ReadNextFullTransactionId())),
		TimestampTzGetDatum(GetCurrentTimestamp()),
		Int32GetDatum(number_of_shape(log, table)),
		Int32GetDatum(log->context_id), CStringGetTextDatum(action),
		text_of(key), text_of(changed), text_of(moved ? moved_to : NULL)};
	bool nulls[lengthof(values)] = {false, false, false, false,	   false,
									false, false, !key,	 !changed, !moved};

	(void) dbcpg_audit_append(&log->entries, values, nulls);
}
