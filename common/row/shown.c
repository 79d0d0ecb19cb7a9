/*
 * shown.c
 *	  Saved values as users read them.
 */
#include "common/row/shown.h"

#include <string.h>

#include "common/core/json_write.h"
#include "common/row/exact.h"

/* The text of a member of an object that has only this one; or NULL. */
static const char *
only_member(dbc_host *host, const dbc_json_item *object, const char *key)
{
	return object->kind == DBC_I_OBJECT && object->length == 1
			   ? dbc_json_string_or_null(host, dbc_json_member(object, key))
			   : NULL;
}

dbc_value
dbc_row_shown_value(dbc_host *host, const dbc_json_item *value)
{
	const char *text = only_member(host, value, "real");

	if (text)
		return dbc_text(text);
	text = only_member(host, value, "blob");
	if (text)
		return dbc_text(dbc_format(host, "\\x%s", text));
	text = dbc_json_value_text(host, value);
	if (!text)
		return dbc_null();
	return value->kind == DBC_I_STRING ? dbc_text(text) : dbc_json(text);
}

dbc_value
dbc_row_shown(dbc_host *host, const char *row)
{
	const dbc_json_item *object;
	const dbc_json_item *key;
	dbc_json_node *shown;
	const char *problem;

	row = dbc_row_exact(host, row);
	if (!strstr(row, "{\"real\"") && !strstr(row, "{\"blob\""))
		return dbc_json(row);
	object = dbc_json_read(host, row, strlen(row), NULL, 0, &problem);
	if (!object || object->kind != DBC_I_OBJECT)
		return dbc_json(row);
	shown = dbc_json_object(host);
	key = object + 1;
	for (uint32_t i = 0; i < object->length; i++)
	{
		const dbc_json_item *member = dbc_json_next(key);
		dbc_value value = dbc_row_shown_value(host, member);

		dbc_json_put_value(shown, dbc_json_string(host, key), &value);
		key = dbc_json_next(member);
	}
	return dbc_json(dbc_json_text(shown));
}
