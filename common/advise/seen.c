/*
 * seen.c
 *	  Statements that monitoring has seen, as the engine reads them.
 */
#include "common/advise/seen.h"

#include "common/core/sql_place.h"
#include "common/core/text.h"

bool
dbc_advise_has_plan(dbc_host *host, const char *query)
{
	dbc_lexeme first = dbc_scan(host, query);

	return dbc_lexeme_is_one_of(
		&first, " select with insert update delete values replace ");
}

/* Where parameters have numbers, date ? is a cast. */
const char *
dbc_advise_plannable_text(dbc_host *host, const char *query)
{
	dbc_buffer text;
	dbc_lexeme type = {0};
	int nparameters = 0;
	const char *from = query;

	if (!host->traits->numbered_parameters)
		return query;
	dbc_buffer_init(&text, host);
	for (dbc_lexeme next = dbc_scan(host, query); next.kind != DBC_LEX_END;
		 next = dbc_scan_next(host, &next))
	{
		bool is_parameter = next.length == 1 && next.text[0] == '?';

		if (is_parameter)
		{
			const char *end = type.length > 0 ? type.text : next.text;

			dbc_append_bytes(&text, from, (size_t) (end - from));
			dbc_append_format(&text, "$%d", ++nparameters);
			if (type.length > 0)
				dbc_append_format(&text, "::%.*s", (int) type.length,
								  type.text);
			from = next.text + next.length;
		}
		type = (dbc_lexeme){0};
		if (next.kind == DBC_LEX_WORD &&
			dbc_lexeme_is_one_of(&next,
								 " date timestamp timestamptz time interval "))
			type = next;
	}
	dbc_append(&text, from);
	return text.data;
}
