/*
 * inner_call.c
 *	  Functions of dbcare that another one calls.
 */
#include "common/core/inner_call.h"

#include "common/core/options.h"
#include "common/core/text.h"

const dbc_function *
dbc_find_function(const char *name)
{
	for (int i = 0; i < dbc_nfunctions; i++)
		if (dbc_same(dbc_functions[i].name, name))
			return &dbc_functions[i];
	return NULL;
}

/* The names of the arguments, for a hint. */
static const char *
list_arguments(dbc_host *host, const dbc_function *function)
{
	dbc_buffer buffer;

	dbc_buffer_init(&buffer, host);
	for (const dbc_field *f = function->args; f->type != DBC_T_END; f++)
		dbc_append_format(&buffer, "%s%s", buffer.length ? ", " : "", f->name);
	return buffer.data;
}

/* An argument; NULL as item is an omitted one. */
static dbc_value
take_argument(dbc_host *host, const dbc_function *function,
			  const dbc_field *field, const dbc_json_item *item)
{
	if (!item || item->kind == DBC_I_NULL)
	{
		if (!field->optional && !field->nullable)
			dbc_fail(host, DBC_NULL_NOT_ALLOWED, NULL,
					 dbc_format(host, "The arguments of %s() are: %s.",
								function->name, list_arguments(host, function)),
					 "\"%s\" is missing", field->name);
		return dbc_null();
	}
	if (field->type == DBC_T_JSON && item->kind >= DBC_I_ARRAY)
		return dbc_json(dbc_json_value_text(host, item));
	if (field->type == DBC_T_JSON)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Write an object or an array.", "\"%s\" cannot be %s",
				 field->name, dbc_json_value_text(host, item));
	if (item->kind == DBC_I_OBJECT)
		return dbc_text(dbc_own_dialect(host, dbc_json_value_text(host, item),
										field->name));
	if (item->kind != DBC_I_STRING)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, "Write a string.",
				 "\"%s\" cannot be %s", field->name,
				 dbc_json_value_text(host, item));
	return dbc_text(dbc_json_string(host, item));
}

/* Fails for members that are no arguments. */
static void
check_members(dbc_host *host, const dbc_function *function,
			  const dbc_json_item *object)
{
	const dbc_json_item *key = object + 1;

	for (uint32_t i = 0; i < object->length; i++)
	{
		const dbc_field *f = function->args;

		while (f->type != DBC_T_END && !dbc_json_string_is(key, f->name))
			f++;
		if (f->type == DBC_T_END)
			dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
					 dbc_format(host, "The arguments of %s() are: %s.",
								function->name, list_arguments(host, function)),
					 "unknown argument \"%s\"", dbc_json_string(host, key));
		key = dbc_json_next(dbc_json_next(key));
	}
}

/* Fails if the user may not call the function. */
static void
check_privilege(dbc_host *host, const dbc_function *function)
{
	static const char question[] = "core/may_call";
	const dbc_rows *rows;

	if (!dbc_find_sql(host, question) ||
		(host->calls && host->calls->allowed == function))
		return;
	rows = dbc_query(host, question, dbc_text(function->name));
	if (!dbc_get_bool(host, rows, 0, 0))
		dbc_fail(host, DBC_INSUFFICIENT, NULL, "See dbcare_grant().",
				 "permission denied for function %s", function->name);
	if (host->calls)
		host->calls->allowed = function;
}

const char *
dbc_call_inner(dbc_host *host, const char *name, const dbc_json_item *arguments)
{
	const dbc_function *function = dbc_find_function(name);
	const dbc_function *outer = host->function;
	const dbc_value *outer_args = host->args;
	dbc_value *outer_captured = host->captured;
	dbc_value result = dbc_null();
	dbc_value *args;
	int count = 0;

	if (!function)
		dbc_fail(host, DBC_INTERNAL, NULL, NULL, "no function %s", name);
	if (arguments->kind != DBC_I_OBJECT)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 dbc_format(host, "Write an object with the arguments of %s().",
							name),
				 "expected an object, not %s",
				 dbc_json_value_text(host, arguments));
	check_privilege(host, function);
	check_members(host, function, arguments);
	while (function->args[count].type != DBC_T_END)
		count++;
	args = dbc_alloc(host, ((size_t) count + 1) * sizeof(*args));
	for (int i = 0; i < count; i++)
		args[i] =
			take_argument(host, function, &function->args[i],
						  dbc_json_member(arguments, function->args[i].name));
	host->function = function;
	host->args = args;
	host->captured = &result;
	dbc_refuse_unsupported(host);
	function->run(host, args);
	host->function = outer;
	host->args = outer_args;
	host->captured = outer_captured;
	return result.text;
}

/* ---- lists of calls ---- */

void
dbc_begin_calls(dbc_host *host, dbc_call_list *list)
{
	*list = (dbc_call_list){.more = false};
	host->calls = list;
}

void
dbc_end_calls(dbc_host *host)
{
	dbc_run_waiting(host, NULL);
	host->calls = NULL;
}

bool
dbc_more_calls_follow(const dbc_host *host)
{
	return host->calls && host->calls->more;
}

bool
dbc_prepare_calls(dbc_host *host)
{
	bool prepared = host->calls && host->calls->prepared;

	if (host->calls)
		host->calls->prepared = true;
	return !prepared;
}

void
dbc_run_later(dbc_host *host, const char *object, const char *text)
{
	dbc_call_list *list = host->calls;

	if (!list || !host->traits->schema_unprepares)
	{
		dbc_query_text(host, text);
		return;
	}
	list->waiting = dbc_grow(host, list->waiting, (size_t) list->nwaiting,
							 sizeof(*list->waiting));
	list->waiting[list->nwaiting++] = (dbc_waiting_statement){object, text};
}

void
dbc_run_waiting(dbc_host *host, const char *object)
{
	dbc_call_list *list = host->calls;
	int i = 0;

	if (!list)
		return;
	while (object && i < list->nwaiting &&
		   !dbc_same(list->waiting[i].object, object))
		i++;
	if (i == list->nwaiting)
		return;
	for (i = 0; i < list->nwaiting; i++)
	{
		dbc_query_text(host, list->waiting[i].text);
		dbc_poll(host);
	}
	list->nwaiting = 0;
}
