/*
 * compile.c
 *	  Compiling a schema.
 *
 * The metaschema is compiled first and validates the schema, so that the
 * functions that add rules can rely on the types of keywords.
 */
#include <string.h>

#include "common/jsonschema/keyword.h"

/* Adds the rules of a schema, and of those after it in the list. */
static void
add_rules(dbc_jsonschema_compiler *c, dbc_jsonschema_subschema *schema)
{
	for (; schema; schema = schema->next)
	{
		if (schema->item->kind != DBC_I_OBJECT)
			continue;
		dbc_jsonschema_add_value_rules(c, schema);
		dbc_jsonschema_add_string_rules(c, schema);
		dbc_jsonschema_add_format_rules(c, schema);
		dbc_jsonschema_add_array_rules(c, schema);
		dbc_jsonschema_add_object_rules(c, schema);
		dbc_jsonschema_add_logic_rules(c, schema);
		/* last, because these depend on what others have evaluated */
		dbc_jsonschema_add_unevaluated_rules(c, schema);
	}
}

dbc_jsonschema *
dbc_jsonschema_compile(dbc_host *host, const dbc_json_item *schema,
					   bool formats)
{
	dbc_jsonschema_compiler c = {.host = host, .formats = formats};
	dbc_jsonschema_subschema *first = NULL;
	dbc_jsonschema_subschema *root;
	const char *problem;

	c.schema = dbc_alloc(host, sizeof(*c.schema));
	c.last = &first;
	root = dbc_jsonschema_add_document(
		&c, 0,
		dbc_json_read(host, dbc_jsonschema_metaschema,
					  strlen(dbc_jsonschema_metaschema), NULL, 0, &problem));
	add_rules(&c, root);
	dbc_jsonschema_refuse_invalid(&c,
								  &(dbc_jsonschema_location){.item = schema});
	root = dbc_jsonschema_add_document(&c, 1, schema);
	c.schema->root = root;
	add_rules(&c, root);
	return c.schema;
}
