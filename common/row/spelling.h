/*
 * spelling.h
 *	  Keys of rows that the engine takes for equal although they are written in
 *	  several ways: 'a' and 'A' of a collation, 1.5 and 1.50.
 *
 * dbcare's tables have a key as the row had it.  Keys of most types have one
 * spelling and are compared as text, by indexes; the others are compared by the
 * engine, by the operators and collations that the primary key has now.
 */
#ifndef DBC_ROW_SPELLING_H
#define DBC_ROW_SPELLING_H

#include "common/row/key.h"

/* Which keys of a list a table takes for one of others, all of them as dbcare's
 * tables have them.  by_values: they are the values of keys of several columns,
 * see dbc_row_named.  Fails if that is not known. */
extern const bool *dbc_row_match(dbc_host *host, const dbc_relation *table,
								 const char *const *keys, int nkeys,
								 const char *const *others, int nothers,
								 bool by_values);

/* The texts of a column. */
extern const char **dbc_row_list_column(dbc_host *host, const dbc_rows *rows,
										int column);

typedef struct dbc_row_keys
{
	const char **list;
	int count;
} dbc_row_keys;

/* Keys, and those of the first column of rows that the table takes for one of
 * them; no rows where it has one spelling of each. */
extern dbc_row_keys dbc_row_spellings(dbc_host *host, const dbc_relation *table,
									  const char *const *keys, int nkeys,
									  bool by_values, const dbc_rows *stored);

/* Keys for {listed:}, each also as triggers in plain SQL write it. */
extern dbc_value dbc_row_list_keys(dbc_host *host, const dbc_row_keys *keys);

/* What identifies the row among those in the trash, for {listed:}. */
extern dbc_value dbc_row_identifies(dbc_host *host, const dbc_relation *table,
									const dbc_row_named *row);

#endif /* DBC_ROW_SPELLING_H */
