/*
 * call.c
 *	  One call of a function: arguments in, result or error out.
 */
#include "sqlite_ext/call/call.h"
#include "sqlite_ext/call/progress.h"
#include "sqlite_ext/call/query.h"
#include "sqlite_ext/call/transaction.h"
#include "sqlite_ext/core/connection.h"
#include "sqlite_ext/core/replaced.h"
#include "sqlite_ext/core/rooms.h"
#include "sqlite_ext/core/value.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/arguments.h"
#include "common/core/event.h"
#include "common/core/json.h"
#include "common/core/text.h"

/* Around a number, as isspace() in PostgreSQL. */
#define SPACES " \t\n\v\f\r"

/* ---- arguments ---- */

/* The name of a value's type. */
static const char *
type_of(sqlite3_value *value)
{
	switch (sqlite3_value_type(value))
	{
		case SQLITE_INTEGER:
			return "integer";
		case SQLITE_FLOAT:
			return "real";
		case SQLITE_TEXT:
			return "text";
		case SQLITE_BLOB:
			return "blob";
	}
	return "null";
}

/* Fails for an argument of a wrong type. */
static _Noreturn void
refuse_type(dbcsl_host *h, const dbc_field *field, sqlite3_value *value,
			const char *wanted)
{
	dbc_fail(&h->base, DBC_INVALID_PARAMETER, NULL, NULL,
			 "argument %s of %s must be %s, not %s", field->name,
			 h->base.function->name, wanted, type_of(value));
}

/* Fails for the bytes of a text that are not a character, as PostgreSQL does.
 */
static _Noreturn void
refuse_bytes(dbcsl_host *h, const char *text, size_t length)
{
	unsigned char first = (unsigned char) *text;
	size_t wanted = first < 0xc0 || first >= 0xf8 ? 1
					: first < 0xe0				  ? 2
					: first < 0xf0				  ? 3
												  : 4;
	dbc_buffer bytes;

	dbc_buffer_init(&bytes, &h->base);
	for (size_t i = 0; i < wanted && i < length; i++)
		dbc_append_format(&bytes, " 0x%02x", (unsigned char) text[i]);
	dbc_fail(&h->base, DBCSL_BAD_TEXT, NULL, NULL,
			 "invalid byte sequence for encoding \"UTF8\":%s", bytes.data);
}

/* Copies text; fails if PostgreSQL would reject it. */
static const char *
take_text(dbcsl_host *h, sqlite3_value *value)
{
	const char *text = (const char *) sqlite3_value_text(value);
	size_t length = (size_t) sqlite3_value_bytes(value);
	size_t valid;

	if (!text)
		dbcsl_fail_memory(h);
	valid = strnlen(text, dbc_valid_utf8(text, length));
	if (valid < length)
		refuse_bytes(h, text + valid, length - valid);
	return dbc_copy(&h->base, text, length);
}

/* Copies text; fails if it is not JSON. */
static const char *
take_json(dbcsl_host *h, const dbc_field *field, sqlite3_value *value)
{
	const char *text = take_text(h, value);
	const char *problem;

	if (!dbc_json_read(&h->base, text, strlen(text), NULL, 0, &problem))
		dbc_fail(&h->base, DBC_INVALID_TEXT, NULL, NULL,
				 "argument %s of %s is not valid JSON", field->name,
				 h->base.function->name);
	return text;
}

/* Reads an argument of any type but blob. */
static dbc_value
take_any(dbcsl_host *h, const dbc_field *field, sqlite3_value *value)
{
	switch (sqlite3_value_type(value))
	{
		case SQLITE_INTEGER:
			return dbc_int(sqlite3_value_int64(value));
		case SQLITE_FLOAT:
			return dbc_real(sqlite3_value_double(value));
		case SQLITE_TEXT:
			return dbc_text(take_text(h, value));
		case SQLITE_BLOB:
			refuse_type(h, field, value, "a number or text");
	}
	return dbc_null();
}

/* Fails for text that is not a number, in PostgreSQL's words. */
static _Noreturn void
refuse_syntax(dbcsl_host *h, const char *text, const char *type)
{
	dbc_fail(&h->base, DBC_INVALID_TEXT, NULL, NULL,
			 "invalid input syntax for type %s: \"%s\"", type, text);
}

/* Reads an integer from text as PostgreSQL does. */
static dbc_value
read_integer(dbcsl_host *h, const char *text)
{
	char *end;
	long long number;

	errno = 0;
	number = strtoll(text, &end, 10);
	if (end == text || end[strspn(end, SPACES)])
		refuse_syntax(h, text, "bigint");
	if (errno == ERANGE)
		dbc_fail(&h->base, DBC_OUT_OF_RANGE, NULL, NULL,
				 "value \"%s\" is out of range for type bigint", text);
	return dbc_int(number);
}

/* Reads a real number from text as PostgreSQL does. */
static dbc_value
read_real(dbcsl_host *h, const char *text)
{
	const char *start = text + strspn(text, SPACES);
	const char *digits = dbc_copy(&h->base, start, strcspn(start, SPACES));
	char *end;
	double number;

	if (start[strlen(digits) + strspn(start + strlen(digits), SPACES)])
		refuse_syntax(h, text, "double precision");
	if (dbc_parse_real(digits, &number))
		return dbc_real(number);
	if (!isinf(strtod(digits, &end)) || *end || strpbrk(digits, "iI"))
		refuse_syntax(h, text, "double precision");
	dbc_fail(&h->base, DBC_OUT_OF_RANGE, NULL, NULL,
			 "\"%s\" is out of range for type double precision", text);
}

/* Reads a numeric or boolean argument; text is one if it looks like one. */
static dbc_value
take_number(dbcsl_host *h, const dbc_field *field, sqlite3_value *value)
{
	int type = sqlite3_value_type(value);
	int64_t number = sqlite3_value_int64(value);

	if (field->type == DBC_T_REAL)
	{
		if (type == SQLITE_TEXT)
			return read_real(h, take_text(h, value));
		if (type != SQLITE_INTEGER && type != SQLITE_FLOAT)
			refuse_type(h, field, value, "a number");
		return dbc_real(sqlite3_value_double(value));
	}
	if (field->type == DBC_T_INT && type == SQLITE_TEXT)
		return read_integer(h, take_text(h, value));
	if (type != SQLITE_INTEGER)
		refuse_type(h, field, value, "integer");
	if (field->type == DBC_T_INT)
		return dbc_int(number);
	if (number != 0 && number != 1)
		dbc_fail(&h->base, DBC_INVALID_PARAMETER, NULL, NULL,
				 "argument %s of %s must be 0 or 1", field->name,
				 h->base.function->name);
	return dbc_bool(number);
}

/* Copies a document with its length, without validation. */
static dbc_value
take_document(dbcsl_host *h, sqlite3_value *value)
{
	const char *text = (const char *) sqlite3_value_text(value);
	dbc_value document = dbc_null();

	if (sqlite3_value_type(value) == SQLITE_NULL)
		return document;
	if (!text)
		dbcsl_fail_memory(h);
	document.kind = DBC_TEXT;
	document.integer = sqlite3_value_bytes(value);
	document.text = dbc_copy(&h->base, text, (size_t) document.integer);
	return document;
}

/* Reads one argument. */
static dbc_value
take_argument(dbcsl_host *h, const dbc_field *field, sqlite3_value *value)
{
	int type = sqlite3_value_type(value);

	if (field->type == DBC_T_ANY)
		return take_any(h, field, value);
	if (field->type == DBC_T_DOCUMENT)
		return take_document(h, value);
	if (type == SQLITE_NULL)
	{
		if (!field->nullable)
			dbc_fail(&h->base, DBC_NULL_NOT_ALLOWED, NULL, NULL,
					 "argument %s of %s must not be null", field->name,
					 h->base.function->name);
		return dbc_null();
	}
	if (field->type == DBC_T_BOOL || field->type == DBC_T_INT ||
		field->type == DBC_T_REAL)
		return take_number(h, field, value);
	if (field->type == DBC_T_VERSION &&
		(type == SQLITE_INTEGER || type == SQLITE_FLOAT))
		dbc_refuse_number(&h->base, take_text(h, value));
	if (type != SQLITE_TEXT)
		refuse_type(h, field, value, "text");
	if (field->type == DBC_T_JSON)
		return dbc_json(take_json(h, field, value));
	return dbc_text(take_text(h, value));
}

/* Reads all arguments; omitted ones are null. */
static const dbc_value *
take_arguments(dbcsl_host *h, unsigned given, sqlite3_value **values)
{
	const dbc_field *fields = h->base.function->args;
	dbc_value *args;
	int count = 0;

	while (fields[count].type != DBC_T_END)
		count++;
	args = dbcsl_alloc(&h->base, (size_t) (count + 1) * sizeof(*args));
	for (int i = 0; i < count; i++)
		if (given >> i & 1)
			args[i] = take_argument(h, &fields[i], *values++);
		else if (!fields[i].optional)
			dbc_fail(&h->base, DBC_UNDEFINED_FUNCTION, NULL, NULL,
					 "argument %s of %s must not be omitted", fields[i].name,
					 h->base.function->name);
	return args;
}

/* ---- the call ---- */

typedef struct arguments
{
	unsigned given;
	sqlite3_value **values;
} arguments;

/* The whole call, run by dbcsl_call() in a guard. */
static void
run_call(dbc_host *host, void *arg)
{
	dbcsl_host *h = dbcsl_of(host);
	const arguments *a = arg;

	dbc_refuse_missing(host);
	h->base.args = take_arguments(h, a->given, a->values);
	if (host->function->class != DBC_PURE)
	{
		/* of events and logs; the lookup takes longer than many a READ call */
		if (dbc_class_acts(host->function->class))
			host->user = dbcsl_get_user(h);
		dbcsl_start_progress(h);
		dbcsl_renew_pragmas(h->db);
		if (h->connection && dbcsl_is_replaced(h->db))
			(void) dbcsl_register_known(h->db, h->connection);
		DBCSL_CALL_HOOKS(open, h);
	}
	dbcsl_begin_call(h);
	DBCSL_CALL_HOOKS(begin, h);
	/* a call that writes samples elsewhere must not lock the database */
	host->silent |= strcmp(h->written, "main") != 0;
	dbc_call_function(host);
	DBCSL_CALL_HOOKS(finish, h);
	dbcsl_end_transaction(h);
}

bool
dbcsl_call(dbcsl_host *h, unsigned given, sqlite3_value **values)
{
	arguments a = {given, values};
	bool done;

	if (h->connection)
		dbcsl_begin_sharing(h->connection);
	done = dbcsl_try(h, run_call, &a);
	if (!done)
		dbcsl_undo_work(h);
	DBCSL_CALL_HOOKS(end, h, done);
	dbcsl_close_all(h);
	DBCSL_CALL_HOOKS(closed, h, done);
	if (h->connection)
		dbcsl_end_sharing(h->connection);
	return done;
}

/* ---- scalars ---- */

void
dbcsl_refuse_scalar(sqlite3_context *context, int nvalues,
					sqlite3_value **values)
{
	const dbcsl_entry *entry = sqlite3_user_data(context);
	const dbc_function *fn = entry->fn;
	char *text = sqlite3_mprintf("dbcare: %s returns rows. Call the function "
								 "in FROM: SELECT * FROM %s(%s);",
								 fn->name, fn->name, nvalues ? "..." : "");

	(void) values;
	if (text)
		sqlite3_result_error(context, text, -1);
	else
		sqlite3_result_error_nomem(context);
	sqlite3_free(text);
}

/* Returns the result of a scalar while the call can still fail.  If memory runs
 * out in that, SQLite refuses the COMMIT. */
static void
return_result(dbcsl_host *h)
{
	const dbc_value *value = h->last_row ? &h->last_row->values[0] : NULL;
	size_t longest = (size_t) sqlite3_limit(h->db, SQLITE_LIMIT_LENGTH, -1);

	if (!value || h->returned == h->last_row)
		return;
	if (value->text && strlen(value->text) > longest)
		dbc_fail(&h->base, "54000", NULL,
				 "The application can raise SQLITE_LIMIT_LENGTH.",
				 "the result is longer than the %zu bytes that the connection "
				 "allows",
				 longest);
	dbcsl_set_result(h->context, value);
	h->returned = h->last_row;
}

void
dbcsl_run_scalar(sqlite3_context *context, int nvalues, sqlite3_value **values)
{
	const dbcsl_entry *entry = sqlite3_user_data(context);
	dbcsl_host h;

	dbcsl_open(&h, sqlite3_context_db_handle(context), entry->fn);
	h.connection = entry->connection;
	h.context = context;
	h.before_commit = return_result;
	if (!dbcsl_call(&h, (1u << nvalues) - 1, values))
		dbcsl_set_result_error(context, &h.error);
	dbcsl_close(&h);
}
