/*
 * moved.h
 *	  [SQLite] Tables that were created again by hand with another order of
 *	  their columns, or of those of their key.
 *
 * Names alone do not tell that from columns that have exchanged their names
 * before: rows that are kept by these names would be taken for others.
 * dbarchive_enable() of the table says that names are the same columns.
 */
#ifndef DBC_ROW_MOVED_H
#define DBC_ROW_MOVED_H

#include "common/core/host.h"

/* Those that deleted rows are kept of, a table or all if that is null: the name,
 * and the columns of the key then and now, JSON arrays. */
extern const dbc_rows *dbc_row_list_moved(dbc_host *host,
										  const dbc_value *table);

/* The names of such a list, a JSON array. */
extern dbc_value dbc_row_moved_names(dbc_host *host, const dbc_rows *moved);

/* The same of tables whose changes are logged. */
extern const dbc_rows *dbc_row_list_moved_log(dbc_host *host,
											  const dbc_value *table);

/* Fails if there are any; or any whose changes are logged, until
 * dbaudit_enable() has named the table. */
extern void dbc_row_refuse_moved(dbc_host *host, const dbc_value *table);
extern void dbc_row_refuse_moved_log(dbc_host *host, const dbc_value *table);

#endif /* DBC_ROW_MOVED_H */
