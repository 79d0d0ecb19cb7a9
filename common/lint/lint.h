/*
 * lint.h
 *	  What the statements of a script do, as the engine reports it to the
 *	  rules of dbmigrate_lint.
 *
 * The engine splits each statement into operations, one for each change to an
 * object: a table, an index, a sequence, ...  Rules (lint/rule.h) see
 * operations only, so they are written once for both engines.
 *
 * Names are as in the catalog: unquoted, folded.
 */
#ifndef DBC_LINT_LINT_H
#define DBC_LINT_LINT_H

#include "common/lint/host.h"

/* A relation, type, schema, ... named by a script. */
typedef struct dbc_lint_object
{
	const char *type;	/* "table", "index", "view", ...; see object_type */
	const char *schema; /* as written, or NULL */
	const char *name;
	const char *shown; /* for messages: as a user would write it */
	const char *id;	   /* key in the catalog; NULL if not there */
	int created_in; /* script of the session that created it, from 1; 0: none */
	bool dropped;	/* by a script of the session */
	bool temporary;
	bool partitioned;
	bool is_partition;
	bool measured; /* rows, bytes and may_grow are set */
	int64_t rows;  /* estimate; -1 if unknown */
	int64_t bytes; /* with indexes; -1 if unknown */
	bool may_grow; /* a script of the session added rows */
	bool keyless;  /* known to have no primary key */
	/* [PG] the foreign table that this is or has as a partition, or NULL */
	const char *foreign;
	/* of an existing table: the columns of each index without WHERE, as in an
	 * operation, ended by NULL; NULL if unknown */
	const char *const *const *indexes;
	void *engine; /* private to the engine */
} dbc_lint_object;

/* Locks of PostgreSQL, weakest first; see lock_level of dbmigrate_plan(). */
typedef enum dbc_lint_lock_mode
{
	DBC_L_NONE,
	DBC_L_ACCESS_SHARE,
	DBC_L_ROW_SHARE,
	DBC_L_ROW_EXCLUSIVE,
	DBC_L_SHARE_UPDATE_EXCLUSIVE,
	DBC_L_SHARE,
	DBC_L_SHARE_ROW_EXCLUSIVE,
	DBC_L_EXCLUSIVE,
	DBC_L_ACCESS_EXCLUSIVE
} dbc_lint_lock_mode;

/* "ACCESS EXCLUSIVE", ...; NULL for none. */
extern const char *dbc_lint_lock_mode_name(dbc_lint_lock_mode lock);

/* [PG] What a statement does to a relation that existed before it. */
typedef struct dbc_lint_effect
{
	const dbc_lint_object *object;
	dbc_lint_lock_mode lock;
	bool rewrites; /* the whole relation, with its indexes */
	bool scans;	   /* reads the whole relation under the lock */
} dbc_lint_effect;

typedef enum dbc_lint_verb
{
	DBC_V_CREATE, /* object; columns and constraints of a table follow as
				   * operations; other is the table of a trigger, rule or
				   * policy */
	DBC_V_DROP,
	DBC_V_RENAME,		 /* object to new_name */
	DBC_V_RENAME_COLUMN, /* column to new_name */
	DBC_V_RENAME_VALUE,	 /* of an enum: value to new_name */
	DBC_V_ADD_COLUMN,	 /* of CREATE TABLE too, with DBC_OP_INITIAL */
	DBC_V_DROP_COLUMN,
	DBC_V_CHANGE_TYPE, /* of column, to type; text: USING, unless it is a plain
						* cast */
	DBC_V_SET_NOT_NULL,
	DBC_V_DROP_NOT_NULL,
	DBC_V_SET_DEFAULT, /* drops it if text is NULL */
	DBC_V_ADD_CHECK,   /* constraints: name, columns, text; also with INITIAL */
	DBC_V_ADD_UNIQUE,
	DBC_V_ADD_PRIMARY_KEY,
	DBC_V_ADD_EXCLUSION,
	DBC_V_ADD_FOREIGN_KEY, /* other is the referenced table */
	DBC_V_VALIDATE,
	DBC_V_ENFORCE, /* a foreign key that was not enforced, as ADD_FOREIGN_KEY */
	DBC_V_DROP_CONSTRAINT, /* name; type and other if known */
	DBC_V_CREATE_INDEX,	   /* object is the table, name the index */
	DBC_V_DROP_INDEX,	   /* the same; object may be unknown */
	DBC_V_REINDEX,
	DBC_V_ATTACH, /* other becomes a partition of object, whose partition key is
				   * columns */
	DBC_V_DETACH,
	DBC_V_MOVE,	   /* SET TABLESPACE, LOGGED, ...: see command */
	DBC_V_REWRITE, /* VACUUM FULL, CLUSTER, VACUUM of SQLite */
	DBC_V_REFRESH, /* a materialized view */
	DBC_V_VACUUM,  /* without rewrite */
	DBC_V_ANALYZE,
	DBC_V_ADD_VALUE,	   /* of an enum: value */
	DBC_V_ENABLE_TRIGGER,  /* name; "all" and "user" as written */
	DBC_V_DISABLE_TRIGGER, /* likewise */
	DBC_V_ENABLE_SECURITY, /* row level security */
	DBC_V_GRANT,		   /* type: privileges; new_name: grantee */
	DBC_V_INSERT,
	DBC_V_UPDATE,
	DBC_V_DELETE,
	DBC_V_TRUNCATE,
	DBC_V_SET, /* a setting or pragma: name; text is its value, NULL if only
				* read */
	DBC_V_TRANSACTION, /* BEGIN, COMMIT, ...: command */
	DBC_V_LOCK,		   /* LOCK TABLE */
	DBC_V_OPAQUE,	   /* effect unknown before it runs: DO, EXECUTE, CALL */
	DBC_V_OTHER,	   /* anything else; may have effects */

	/* SQLite only */
	DBC_V_CASCADE, /* dropping object deletes or changes rows of other: text is
					* CASCADE, SET NULL or SET DEFAULT; name is NULL if foreign
					* keys are known to be off */
	DBC_V_LOSE, /* the replacement of object lacks this: type and name, or type
				 * and text */
	DBC_V_QUOTE_AS_TEXT /* name, in double quotes, names nothing */
} dbc_lint_verb;

/* Attributes of an operation.  Constraints of a column are operations, too. */
typedef enum dbc_lint_operation_flag
{
	DBC_OP_INITIAL = 1 << 0, /* part of a CREATE TABLE */
	DBC_OP_CONCURRENTLY = 1 << 1,
	DBC_OP_IF_EXISTS = 1 << 2, /* or IF NOT EXISTS, OR REPLACE */
	DBC_OP_CASCADE = 1 << 3,
	DBC_OP_UNIQUE = 1 << 4,		 /* index, column */
	DBC_OP_PRIMARY = 1 << 5,	 /* column */
	DBC_OP_NOT_NULL = 1 << 6,	 /* column */
	DBC_OP_DEFAULT = 1 << 7,	 /* column has a default; see text */
	DBC_OP_VOLATILE = 1 << 8,	 /* the default is evaluated for each row */
	DBC_OP_NONCONSTANT = 1 << 9, /* [SQLite] (expression), CURRENT_TIMESTAMP */
	DBC_OP_STORED = 1 << 10,	 /* generated, stored */
	DBC_OP_VIRTUAL = 1 << 11,	 /* generated, not stored */
	DBC_OP_IDENTITY = 1 << 12,
	DBC_OP_SERIAL = 1 << 13,
	DBC_OP_CHECKED = 1 << 14, /* column has a CHECK, or a domain with a CHECK */
	DBC_OP_REFERENCES = 1 << 15, /* column has a foreign key */
	DBC_OP_NOT_VALID = 1 << 16,
	DBC_OP_USING_INDEX = 1 << 17,
	DBC_OP_IMPLIED = 1 << 18,	   /* no scan: a valid CHECK implies it */
	DBC_OP_ONLY = 1 << 19,		   /* ON ONLY a partitioned table */
	DBC_OP_PARTIAL = 1 << 20,	   /* index with WHERE */
	DBC_OP_NO_WHERE = 1 << 21,	   /* UPDATE, DELETE of all rows */
	DBC_OP_FROM_QUERY = 1 << 22,   /* INSERT ... SELECT, CREATE TABLE AS */
	DBC_OP_LOCAL = 1 << 23,		   /* SET LOCAL */
	DBC_OP_NO_REWRITE = 1 << 24,   /* CHANGE_TYPE: nor of indexes */
	DBC_OP_RESTRICTIVE = 1 << 25,  /* policy */
	DBC_OP_DEFINER = 1 << 26,	   /* function: SECURITY DEFINER */
	DBC_OP_PINNED = 1 << 27,	   /* function: SET search_path */
	DBC_OP_STRICT_TABLE = 1 << 28, /* [SQLite] STRICT */
	DBC_OP_NO_ROWID = 1 << 29,	   /* [SQLite] WITHOUT ROWID */
	DBC_OP_PLACED = 1 << 30		   /* ADD VALUE BEFORE, AFTER */
} dbc_lint_operation_flag;

typedef struct dbc_lint_operation
{
	dbc_lint_verb verb;
	unsigned flags;			 /* DBC_OP_* */
	dbc_lint_object *object; /* or NULL: SET, DO */
	dbc_lint_object *other;	 /* referenced table, partition; [SQLite] of
							  * DROP, RENAME and LOSE the table that replaces
							  * object */
	const char *command;	 /* for messages: "ALTER TABLE ... ADD COLUMN" */
	const char *column;
	const char *name; /* of a constraint, index, setting, enum value, ... */
	const char *new_name;
	const char *type; /* of a column, normalized: "character varying(20)"; of a
					   * dropped constraint: "check", "foreign key", "unique",
					   * "primary key", "exclusion" */
	const char *old_type;		/* or NULL if unknown */
	const char *const *columns; /* of a key or index; "" for an expression */
	const char *text; /* SQL of a default, check or index column list; value of
					   * a setting */
	bool alters_null; /* [SQLite] there is ALTER COLUMN ... SET NOT NULL */
	const char *rebuild; /* [SQLite] the equivalent call of dbmigrate_rebuild(),
						  * or NULL */
} dbc_lint_operation;

/* What one statement does. */
typedef struct dbc_lint_analysis
{
	const dbc_lint_operation *operations;
	int noperations;
	const dbc_lint_effect *effects;
	int neffects;
	const dbc_error *refused;	 /* [SQLite] the error of running it on an empty
							   * copy of the schema, or NULL */
	const dbc_error *not_parsed; /* [PG] the error of a parser that may be
								  * older than the script, or NULL */
} dbc_lint_analysis;

/* A session reads scripts one after another, each as if the earlier ones had
 * run. */

extern dbc_lint_session *dbc_lint_begin_session(dbc_host *host);

/* Private state of the engine in a session; NULL at first. */
extern void **dbc_lint_session_engine(dbc_lint_session *session);

/* Starts the next script. */
extern void dbc_lint_begin_script(dbc_lint_session *session);

/*
 * The object with a type and a name.  *is_new is set if the session just
 * created the entry: then the engine fills in what the catalog contains.  All
 * relations (tables, indexes, views, sequences) share one name space.
 */
extern dbc_lint_object *dbc_lint_find_object(dbc_lint_session *session,
											 const char *type,
											 const char *schema,
											 const char *name, bool *is_new);

/* Record that a statement creates, drops or renames an object. */
extern void dbc_lint_record_create(dbc_lint_session *session,
								   dbc_lint_object *object);
extern void dbc_lint_record_drop(dbc_lint_session *session,
								 dbc_lint_object *object);
extern void dbc_lint_record_rename(dbc_lint_session *session,
								   dbc_lint_object *object,
								   const char *new_name);

/* Whether the current script has created an object. */
extern bool dbc_lint_is_created_here(const dbc_lint_session *session,
									 const dbc_lint_object *object);

#endif /* DBC_LINT_LINT_H */
