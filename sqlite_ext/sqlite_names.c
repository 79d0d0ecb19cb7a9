/* temporary */
#include "sqlite_row.h"
const char *dbcsl_constraint_name(dbcsl_host *h, const dbcsl_ddl *t, const dbcsl_constraint *c);
const char *dbcsl_not_null_name(dbcsl_host *h, const dbcsl_ddl *t, int i);
const char *dbcsl_constraint_name(dbcsl_host *h, const dbcsl_ddl *t, const dbcsl_constraint *c)
{ const char *x; if (c->name) return c->name; if (c->kind == DBCSL_PRIMARY_KEY) return dbcsl_printf(h, "%s_pkey", t->name);
if (c->kind == DBCSL_CHECK) return c->column >= 0 ? dbcsl_printf(h, "%s_%s_check", t->name, t->columns[c->column].name) : dbcsl_printf(h, "%s_check", t->name); x = t->name; for (int i = 0; i < c->ncolumns; i++) x = dbcsl_printf(h, "%s_%s", x, c->columns[i]);
return dbcsl_printf(h, "%s_%s", x, c->kind == DBCSL_UNIQUE ? "key" : "fkey"); }
const char *dbcsl_not_null_name(dbcsl_host *h, const dbcsl_ddl *t, int i)
{ return dbcsl_printf(h, "%s_%s_not_null", t->name, t->columns[i].name); }
