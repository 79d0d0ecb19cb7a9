/*
 * image.c
 *	  Rows as they were last seeded: the base of the comparison.
 *
 * Stored are the values of the seed, and the columns as they were read back,
 * which triggers and types may have changed; of secrets only a digest.
 */
#include "common/seed/merge.h"

#include <string.h>

void
dbc_seed_find_image(dbc_host *host, dbc_seed_row *row)
{
	const dbc_rows *images = row->work->images;
	const char *key = row->work->rows.keys[row->number];
	int low = 0;
	int high = images->nrows;

	while (low < high)
	{
		int middle = low + (high - low) / 2;
		const dbc_value *image = dbc_get_row(host, images, middle, "tjj");
		int order = strcmp(image[DBC_SEED_I_KEY].text, key);

		if (order == 0)
		{
			row->base_wanted_text = image[DBC_SEED_I_WANTED].text;
			row->base_stored_text = image[DBC_SEED_I_STORED].text;
			row->base_wanted =
				dbc_seed_item(host, image[DBC_SEED_I_WANTED].text);
			row->base_stored =
				dbc_seed_item(host, image[DBC_SEED_I_STORED].text);
			return;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
}

static const dbc_json_item *
member(const dbc_json_item *object, const dbc_ops_column *column)
{
	return object && object->kind == DBC_I_OBJECT
			   ? dbc_json_member(object, column->name)
			   : NULL;
}

/* A cell as it is stored. */
static const char *
stored_text(dbc_host *host, const dbc_seed_value *value, const dbc_value *cell)
{
	const char *text = dbc_ops_cell_text(host, value->column, cell);

	if (dbc_seed_is_secret(value))
		return dbc_format(host, "\"%s\"", dbc_sha256(host, text));
	return text;
}

bool
dbc_seed_is_untouched(dbc_host *host, const dbc_seed_row *row,
					  const dbc_seed_value *value, const dbc_value *cell)
{
	const dbc_json_item *stored = member(row->base_stored, value->column);

	if (!stored)
		/* the seed has a new column, and the row nothing in it */
		return row->base_stored && cell->kind == DBC_NULL;
	return dbc_json_equal(host, stored,
						  dbc_seed_item(host, stored_text(host, value, cell)));
}

/* What a value is compared by: of a secret how it is made. */
static const dbc_json_item *
compared(const dbc_seed_value *value)
{
	return value->kind == DBC_SEED_REF ? value->wanted : value->given;
}

bool
dbc_seed_is_changed(dbc_host *host, const dbc_seed_row *row,
					const dbc_seed_value *value)
{
	const dbc_json_item *wanted = member(row->base_wanted, value->column);

	return !wanted || !dbc_json_equal(host, wanted, compared(value));
}

/* Puts JSON, or keeps what an object has, as a member. */
static void
put(dbc_host *host, dbc_json_node *object, const dbc_ops_column *column,
	const dbc_json_item *item)
{
	dbc_value value = dbc_null();

	if (item->kind == DBC_I_STRING)
		value = dbc_text(dbc_json_string(host, item));
	else if (item->kind != DBC_I_NULL)
		value = dbc_json(dbc_json_value_text(host, item));
	dbc_json_put_value(object, column->name, &value);
}

void
dbc_seed_store_image(dbc_host *host, const dbc_seed_row *row,
					 const dbc_seed_current *current, const bool *kept)
{
	dbc_json_node *wanted = dbc_json_object(host);
	dbc_json_node *stored = dbc_json_object(host);
	const char *wanted_text, *stored_text_;

	for (int i = 0; i < row->nvalues; i++)
	{
		const dbc_seed_value *value = &row->values[i];
		const dbc_json_item *old_wanted =
			member(row->base_wanted, value->column);
		const dbc_json_item *old_stored =
			member(row->base_stored, value->column);

		if (kept && kept[i])
		{
			if (old_wanted && old_stored)
			{
				put(host, wanted, value->column, old_wanted);
				put(host, stored, value->column, old_stored);
			}
			continue;
		}
		put(host, wanted, value->column, compared(value));
		put(host, stored, value->column,
			dbc_seed_item(host, stored_text(host, value, &current->cells[i])));
	}
	wanted_text = dbc_json_text(wanted);
	stored_text_ = dbc_json_text(stored);
	if (row->base_wanted && dbc_same(wanted_text, row->base_wanted_text) &&
		dbc_same(stored_text_, row->base_stored_text))
		return;
	dbc_query(host, "seed/row_store", dbc_text(row->work->seed->name),
			  dbc_text(row->work->rows.keys[row->number]),
			  dbc_text(wanted_text), dbc_text(stored_text_));
}
