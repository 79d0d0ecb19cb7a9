/*
 * check.h
 *	  Verifying rows: what the core asks of host->verify(), and what that
 *	  answers.
 */
#ifndef DBC_CHECK_H
#define DBC_CHECK_H

#include "host.h"

/* Kinds of what a row can violate, in the order they are reported. */
typedef enum dbc_constraint_kind
{
	DBC_K_PRIMARY_KEY,
	DBC_K_UNIQUE,
	DBC_K_EXCLUSION,
	DBC_K_FOREIGN_KEY,
	DBC_K_NOT_NULL,
	DBC_K_CHECK,
	DBC_K_TYPE, /* a domain, or a type of SQLite's */
	DBC_K_RULE, /* not declared; last */
	DBC_NKINDS
} dbc_constraint_kind;

/* Their names in SQL, ended by NULL. */
extern const char *const dbc_kind_names[DBC_NKINDS + 1];

/* A foreign key that is not declared. */
typedef struct dbc_reference
{
	const char *column; /* of the table that is verified */
	const dbc_relation *parent;
	const char *parent_column;
} dbc_reference;

/* What every row of which condition is not false or null must satisfy; a null
 * satisfies it. */
typedef struct dbc_rule
{
	const char *name;
	const char *expression;
	const char *condition; /* NULL: all rows */
} dbc_rule;

struct dbc_verify
{
	const dbc_relation *table;
	unsigned kinds;			  /* bit 1 << kind per kind to verify */
	const char *const *names; /* of declared constraints, ended by NULL; NULL:
							   * all */
	const dbc_reference *references;
	int nreferences;
	const dbc_rule *rules;
	int nrules;
	int samples;		 /* keys to give per verdict */
	int64_t memory;		 /* bytes for sets of keys */
	bool declared_types; /* [SQLite] of ordinary tables, too */
};

struct dbc_verdict
{
	dbc_constraint_kind kind;
	const char *name;	 /* NULL of a reference */
	const char *columns; /* "a, b", quoted as needed; NULL of a CHECK or a
						  * rule */
	const char *parent;	 /* of a foreign key: "p", as dbc_relation.shown */
	const char *parent_columns; /* likewise "x, y" */
	const char *type;			/* of DBC_K_TYPE */
	int64_t violations;			/* rows; -1: unknown */
	const char *sample_keys; /* JSON array, NULL if there are no violations */
	const char *reason;		 /* why it is unknown, else NULL */
};

#endif /* DBC_CHECK_H */
