/*
 * area.h
 *	  Which area of dbcare_grant() a role needs that may not read a table.
 */
#ifndef DBC_CORE_AREA_H
#define DBC_CORE_AREA_H

#include "common/core/host.h"

/* An area that may read all tables of dbcare that a statement names: that of
 * the function, if it is one of them.  NULL if there is none. */
extern const char *dbc_area_for(const dbc_function *function,
								const char *statement);

#endif /* DBC_CORE_AREA_H */
