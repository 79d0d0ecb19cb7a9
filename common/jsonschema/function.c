/*
 * function.c
 *	  dbcheck_json() and dbcheck_json_errors().
 *
 * For dbcheck_json() the bindings call jsonschema/jsonschema.h directly and
 * cache the compiled schema between rows.
 */
#include <string.h>

#include "common/core/functions.h"
#include "common/core/text.h"
#include "common/jsonschema/jsonschema.h"

/* Parses an argument: text with a length, or JSON. */
static const dbc_json_item *
read_argument(dbc_host *host, const dbc_value *value, const char **problem)
{
	size_t length =
		value->kind == DBC_TEXT ? (size_t) value->integer : strlen(value->text);

	return dbc_json_read(host, value->text, length, NULL, 0, problem);
}

/* Parses an argument; fails if it is not JSON. */
static const dbc_json_item *
require_json(dbc_host *host, const dbc_value *value, const char *what)
{
	const char *problem;
	const dbc_json_item *item = read_argument(host, value, &problem);

	if (!item)
		dbc_fail(host, DBC_INVALID_TEXT, NULL, NULL, "%s not JSON: %s", what,
				 problem);
	return item;
}

/* Reads the options: whether to assert formats. */
static bool
read_options(dbc_host *host, const dbc_value *value)
{
	const dbc_json_item *options = require_json(host, value, "options are");
	bool formats = false;

	if (options->kind != DBC_I_OBJECT)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Pass a JSON object such as '{\"key\": value}'.",
				 "options must be a JSON object");
	for (const dbc_json_item *key = options + 1; key < dbc_json_next(options);
		 key = dbc_json_next(key + 1))
	{
		if (!dbc_json_string_is(key, "format"))
			dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
					 "Valid options are: format.", "unknown option \"%s\"",
					 dbc_json_string(host, key));
		if (key[1].kind > DBC_I_TRUE)
			dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
					 "option \"format\" must be true or false");
		formats = key[1].kind == DBC_I_TRUE;
	}
	return formats;
}

dbc_jsonschema *
dbc_jsonschema_compile_arguments(dbc_host *host, const dbc_value *schema,
								 const dbc_value *options)
{
	bool formats = options->kind != DBC_NULL && read_options(host, options);

	return dbc_jsonschema_compile(
		host, require_json(host, schema, "JSON schema is"), formats);
}

DBC_RUN(dbcheck_json)
{
	const char *problem;
	const dbc_json_item *document;
	dbc_value valid = dbc_null();

	if (args->document.kind != DBC_NULL && args->json_schema.kind != DBC_NULL)
	{
		document = read_argument(host, &args->document, &problem);
		valid = dbc_bool(document &&
						 dbc_jsonschema_is_valid(
							 host,
							 dbc_jsonschema_compile_arguments(
								 host, &args->json_schema, &args->options),
							 document));
	}
	dbc_emit(host, valid);
}

/* Emits the violations of a document. */
DBC_RUN(dbcheck_json_errors)
{
	const char *problem;
	const dbc_json_item *document;
	dbc_jsonschema *schema;

	if (args->document.kind == DBC_NULL || args->json_schema.kind == DBC_NULL)
		return;
	schema = dbc_jsonschema_compile_arguments(host, &args->json_schema,
											  &args->options);
	document = read_argument(host, &args->document, &problem);
	if (document)
		dbc_jsonschema_emit_violations(host, schema, document);
	else
		dbc_emit(host, dbc_text(""), dbc_null(),
				 dbc_text(dbc_format(host, "not JSON: %s", problem)));
}
