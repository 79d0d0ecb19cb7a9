/*
 * gen_upgrade.c
 *	  The update script of the PostgreSQL extension, from two install scripts.
 *
 * A routine is the same one in both if it has the same name and the same C
 * function, and the same arguments if there are several.  If its arguments and
 * columns are the same it is replaced in place, which keeps its privileges and
 * the views that use it; otherwise it is dropped and created again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/tools/gen.h"

#define MAX_ROUTINES 1000

/* A routine of an install script. */
typedef struct routine
{
	const char *all;	   /* every statement about it */
	const char *head;	   /* CREATE up to its result */
	const char *create;	   /* CREATE */
	const char *comment;   /* COMMENT */
	const char *signature; /* "function name(types)" */
	const char *name;
	const char *symbol; /* its C function, quoted */
	bool revoked;		/* from PUBLIC */
} routine;

typedef struct script
{
	routine routines[MAX_ROUTINES];
	int nroutines;
} script;

static const char *
copy(const char *begin, const char *end)
{
	char *text = strndup(begin, (size_t) (end - begin));

	if (!text)
		gen_die("out of memory");
	return text;
}

/* The place of one text in another, which must have it. */
static const char *
place(const char *text, const char *word)
{
	const char *at = strstr(text, word);

	if (!at)
		gen_die("no install script of dbcare: no \"%s\" in %s", word, text);
	return at;
}

/* The text between two words. */
static const char *
between(const char *text, const char *begin, const char *end)
{
	const char *from = place(text, begin) + strlen(begin);

	return copy(from, place(from, end));
}

static routine
read_routine(const char *all)
{
	const char *comment = place(all, "\ncomment on ") + 1;
	const char *revoke = strstr(comment, "\nrevoke all on ");
	routine r = {.all = all, .revoked = revoke != NULL};

	r.head = copy(all, place(all, "\nlanguage c"));
	r.create = copy(all, comment);
	r.comment = copy(comment, revoke ? revoke + 1 : comment + strlen(comment));
	r.signature = between(comment, "comment on ", " is\n");
	r.name = between(r.signature, " ", "(");
	r.symbol = between(r.create, "\nas 'MODULE_PATHNAME', ", ";\n");
	return r;
}

/* Takes a script apart; an empty line is before each routine, and before the
 * block after them. */
static void
read_script(script *s, const char *text)
{
	const char *begin = strstr(text, "\n\ncreate ");

	while (begin)
	{
		const char *next = strstr(begin + 1, "\n\ncreate ");
		const char *end = (next ? next : place(begin, "\n\ndo ")) + 1;

		if (s->nroutines == MAX_ROUTINES)
			gen_die("more than %d routines", MAX_ROUTINES);
		s->routines[s->nroutines++] = read_routine(copy(begin + 2, end));
		begin = next;
	}
	if (s->nroutines == 0)
		gen_die("an install script has no routine");
}

/* Whether a script has a routine with a signature. */
static bool
has(const script *s, const char *signature)
{
	for (int i = 0; i < s->nroutines; i++)
		if (strcmp(s->routines[i].signature, signature) == 0)
			return true;
	return false;
}

/* The routine of a script that is the same one as one of another script; NULL
 * if it has none.  Of overloads that is the one with the same signature, or one
 * that the other script does not have. */
static const routine *
same_routine(const script *s, const script *other, const routine *r)
{
	bool exactly = has(s, r->signature);

	for (int i = 0; i < s->nroutines; i++)
	{
		const routine *found = &s->routines[i];

		if (strcmp(found->name, r->name) == 0 &&
			strcmp(found->symbol, r->symbol) == 0 &&
			(exactly ? strcmp(found->signature, r->signature) == 0
					 : !has(other, found->signature)))
			return found;
	}
	return NULL;
}

/* Whether a routine stays, with or without changes. */
static bool
stays(const routine *old, const routine *now)
{
	return old && now && strcmp(old->head, now->head) == 0;
}

/* Prints a signature as a literal that regprocedure reads. */
static void
print_identity(const char *signature)
{
	const char *name = place(signature, " ") + 1;
	const char *mode = strstr(name, "inout ");
	const int before = mode ? (int) (mode - name) : 0;

	printf("'%.*s%s'", before, name, mode ? mode + strlen("inout ") : name);
}

/* The end of the block that warns of privileges which are lost with dropped
 * routines.  Granted here, they would become part of the extension, and pg_dump
 * would leave them out. */
static const char warning[] =
	") as c (was, now)\n"
	"\t\tjoin pg_catalog.pg_proc as p"
	" on p.oid operator(pg_catalog.=) pg_catalog.to_regprocedure(c.was)\n"
	"\t\tleft join pg_catalog.pg_init_privs as i"
	" on i.objoid operator(pg_catalog.=) p.oid\n"
	"\t\t\tand i.classoid operator(pg_catalog.=) "
	"'pg_catalog.pg_proc'::pg_catalog.regclass\n"
	"\t\tcross join lateral (select coalesce(i.initprivs,\n"
	"\t\t\tpg_catalog.acldefault('f', p.proowner))) as d (privileges)\n"
	"\t\tcross join lateral (\n"
	"\t\t\t(select grantee, true from pg_catalog.aclexplode(p.proacl)\n"
	"\t\t\texcept select grantee, true"
	" from pg_catalog.aclexplode(d.privileges))\n"
	"\t\t\tunion all\n"
	"\t\t\t(select grantee, false from pg_catalog.aclexplode(d.privileges)\n"
	"\t\t\twhere p.proacl is not null\n"
	"\t\t\texcept select grantee, false"
	" from pg_catalog.aclexplode(p.proacl))) as a (grantee, granted)\n"
	"\t\torder by 1, 4\n"
	"\tloop\n"
	"\t\traise warning 'privileges on % must be % again', lost.was,\n"
	"\t\t\tcase when lost.granted then 'granted' else 'revoked' end using\n"
	"\t\t\tdetail = 'Its arguments or columns have changed,"
	" so it was created anew.',\n"
	"\t\t\thint = pg_catalog.format(case when lost.granted\n"
	"\t\t\t\tthen 'GRANT EXECUTE ON %s TO %s;'"
	" else 'REVOKE EXECUTE ON %s FROM %s;' end,\n"
	"\t\t\t\tlost.now, lost.role);\n"
	"\tend loop;\n"
	"end $update$;";

/* Prints that block. */
static void
print_warnings(const script *before, const script *after)
{
	const char *separator =
		"\ndo $update$\ndeclare\n\tlost record;\nbegin\n\tfor lost in\n"
		"\t\tselect c.was, c.now, a.granted, "
		"case when a.grantee operator(pg_catalog.=) 0 then 'PUBLIC'\n"
		"\t\t\telse a.grantee::pg_catalog.regrole::text end as role\n"
		"\t\tfrom (values\n";
	bool any = false;

	for (int i = 0; i < before->nroutines; i++)
	{
		const routine *old = &before->routines[i];
		const routine *now = same_routine(after, before, old);

		if (!now || stays(old, now))
			continue;
		printf("%s\t\t\t(", separator);
		print_identity(old->signature);
		printf(", '%s')", now->signature);
		separator = ",\n";
		any = true;
	}
	if (any)
		puts(warning);
}

/* Prints the block that revokes privileges on what is created. */
static void
print_revoking(const script *before, const script *after)
{
	const char *separator =
		"\t\twhere p.oid operator(pg_catalog.=) any (array[";
	bool any = false;

	for (int i = 0; i < after->nroutines; i++)
	{
		const routine *now = &after->routines[i];

		if (stays(same_routine(before, after, now), now))
			continue;
		if (!any)
			gen_begin_revoking();
		printf("%spg_catalog.to_regprocedure(", separator);
		print_identity(now->signature);
		putchar(')');
		separator = ",\n\t\t\t";
		any = true;
	}
	if (!any)
		return;
	puts("]::pg_catalog.oid[])");
	gen_end_revoking();
}

/* Prints the changes of a routine that stays. */
static void
print_change(const routine *old, const routine *now)
{
	if (strcmp(old->all, now->all) == 0)
		return;
	putchar('\n');
	if (strcmp(old->create, now->create) != 0)
		printf("create or replace %s", now->create + strlen("create "));
	if (strcmp(old->comment, now->comment) != 0)
		fputs(now->comment, stdout);
	if (old->revoked != now->revoked)
		printf(now->revoked ? "revoke all on %s from public;\n"
							: "grant execute on %s to public;\n",
			   now->signature);
}

static void
print_update(const script *before, const script *after)
{
	const char *separator = "\n";
	int i;

	puts("/* Made by gen from two install scripts. */\n\n"
		 "\\echo Use \"alter extension dbcare update\" to load this file. "
		 "\\quit");
	print_warnings(before, after);
	for (i = 0; i < before->nroutines; i++)
	{
		const routine *old = &before->routines[i];

		if (stays(old, same_routine(after, before, old)))
			continue;
		printf("%sdrop %s;\n", separator, old->signature);
		separator = "";
	}
	for (i = 0; i < after->nroutines; i++)
	{
		const routine *now = &after->routines[i];
		const routine *old = same_routine(before, after, now);

		if (stays(old, now))
			print_change(old, now);
		else
			printf("\n%s", now->all);
	}
	print_revoking(before, after);
}

void
gen_upgrade(const char *from, const char *to)
{
	static script before, after;

	read_script(&before, gen_read(from));
	read_script(&after, gen_read(to));
	print_update(&before, &after);
}
