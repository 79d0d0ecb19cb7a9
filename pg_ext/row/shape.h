/*
 * shape.h
 *	  The columns of a table, as kept rows need them: what restores the rows
 * tells which columns of the table these are by then, and whether their values
 * are still the same.
 */
#ifndef DBCPG_ROW_SHAPE_H
#define DBCPG_ROW_SHAPE_H

#include "pg_ext/core/compat.h"

#include "lib/stringinfo.h"

/* The columns of a table as JSON for dbcare.row_shape.  Names must not be
 * quoted without need, and types be found by the search_path of dbcare. */
extern char *dbcpg_row_describe_shape(Relation table);

/* The number of a text there: equal texts have the same. */
extern int64 dbcpg_row_number_of_shape(const char *shape);

/* The type of a column, without the schema pg_catalog. */
extern const char *dbcpg_row_type_name(Form_pg_attribute column);

/* Appends what changes when ALTER TABLE changes the values of a column: the
 * file of the table, the version of the column in the catalog, and its default.
 */
extern void dbcpg_row_append_version(StringInfo json, Relation table,
									 Form_pg_attribute column);

/* Appends the labels of its type, as a member after others, if that is an enum.
 */
extern void dbcpg_row_append_labels(StringInfo json, Form_pg_attribute column);

#endif /* DBCPG_ROW_SHAPE_H */
