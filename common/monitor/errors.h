/*
 * errors.h
 *	  Failed statements by SQLSTATE.
 */
#ifndef DBC_MONITOR_ERRORS_H
#define DBC_MONITOR_ERRORS_H

#include "common/core/json_write.h"

/* The failed statements counted so far as an object by SQLSTATE, and their sum;
 * NULL if the host does not count them. */
extern dbc_json_node *dbc_monitor_count_errors(dbc_host *host, int64_t *errors);

#endif /* DBC_MONITOR_ERRORS_H */
