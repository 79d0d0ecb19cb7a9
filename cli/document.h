/*
 * document.h
 *	  JSON documents that functions return, read by SQLite's functions of JSON.
 */
#ifndef CLI_DOCUMENT_H
#define CLI_DOCUMENT_H

#include "cli/database.h"

/* The members of an object or the elements of an array: columns key, value (a
 * string as its contents; JSON of an array or object; NULL for null) and type
 * (as json_type() has it). No rows for any other text. */
extern cli_result cli_entries(const char *json);

/* The value of a member at a path such as '$.error.message'; NULL if there is
 * none, or for null. */
extern char *cli_at(const char *json, const char *path);

/* Whether there is a member at a path, which is null. */
extern bool cli_is_null(const char *json, const char *path);

/* The names of the members of all objects in an array, in the order in which
 * they first occur: column key. */
extern cli_result cli_keys(const char *array);

/* The message of the worst finding of a health report, or else what limits its score;
 * NULL: neither. */
extern char *cli_worst_finding(const char *report);

#endif /* CLI_DOCUMENT_H */
