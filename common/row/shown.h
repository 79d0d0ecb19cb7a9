/*
 * shown.h
 *	  Saved values as users read them.
 */
#ifndef DBC_ROW_SHOWN_H
#define DBC_ROW_SHOWN_H

#include "common/core/json.h"

/* A saved value: integers, booleans and text as they are, others as text of
 * their type, without the objects that tell SQLite's storage classes apart. */
extern dbc_value dbc_row_shown_value(dbc_host *host,
									 const dbc_json_item *value);

/* The same for all members of a saved row, as JSON. */
extern dbc_value dbc_row_shown(dbc_host *host, const char *row);

#endif /* DBC_ROW_SHOWN_H */
