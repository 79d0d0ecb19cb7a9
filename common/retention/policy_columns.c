/*
 * policy_columns.c
 *	  Whether the columns that a policy names are those that it was stored for.
 *
 * A policy is SQL text, and a name in it may belong to another column by now:
 * one that was renamed, or dropped and created again.  Such a policy would
 * delete other rows than it was made for, so it fails until it is stored again.
 */
#include "common/retention/policy.h"

#include "common/core/json.h"
#include "common/core/text.h"

/* Whether a text has a word, in whatever case; it may be a part of another one.
 */
static bool
has_word(const char *text, const char *word)
{
	for (; *text; text++)
		if (dbc_starts_with_nocase(text, word))
			return true;
	return false;
}

/* Whether SQL text may name a column. */
static bool
may_name(dbc_host *host, const char *sql, const char *column)
{
	const char *quoted = dbc_quote(host, column);

	/* quote() leaves plain names as they are */
	return has_word(sql, column) || has_word(sql, quoted);
}

static bool
sets_column(dbc_host *host, const dbarchive_policy_options *given,
			const char *column)
{
	dbc_json_entries columns;

	if (!given->columns.given)
		return false;
	columns =
		dbc_json_read_entries(host, given->columns.text, "option \"columns\"");
	for (int i = 0; i < columns.count; i++)
		if (may_name(host, columns.list[i].key, column) ||
			(columns.list[i].text &&
			 may_name(host, columns.list[i].text, column)))
			return true;
	return false;
}

void
dbc_retention_require_columns(dbc_host *host, const dbc_relation *table,
							  int64_t policy, const char *name,
							  const dbarchive_policy_options *given)
{
	const dbc_option_value *texts[] = {&given->where, &given->timestamp_column,
									   &given->file_column};
	const dbc_rows *changed =
		dbc_query(host, "retention/policy_changed", dbc_int(policy),
				  dbc_text(table->schema), dbc_text(table->name));

	for (int i = 0; i < changed->nrows; i++)
	{
		const char *column = dbc_get_text(host, changed, i, 0);
		bool is_named = sets_column(host, given, column);

		for (size_t j = 0; j < sizeof(texts) / sizeof(texts[0]); j++)
			is_named = is_named || (texts[j]->given &&
									may_name(host, texts[j]->text, column));
		if (is_named)
			dbc_fail(
				host, DBC_NOT_READY,
				"The policy could be about another column now.",
				"Store the policy again with dbarchive_policy().",
				"column %s of table %s was renamed or dropped since policy "
				"\"%s\" was stored",
				dbc_quote(host, column), table->shown, name);
	}
}
