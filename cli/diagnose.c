/*
 * diagnose.c
 *	  Why a connection failed, as a person would say it.
 *
 * libpq gives no code for failures before a session exists, only messages of
 * the system and the server, which are compared by their untranslated words.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/diagnose.h"
#include "cli/folder.h"
#include "cli/text.h"

/* What a message contains, and what to do then. */
static const struct
{
	const char *words;
	const char *hint;
} advices[] = {
	{"password authentication failed",
	 "The user or the password is wrong. Set PGPASSWORD or ~/.pgpass (mode "
	 "0600), and check the user in the connection string."},
	{"no password supplied",
	 "The server wants a password. Set PGPASSWORD or ~/.pgpass (mode 0600), or "
	 "run the command on a terminal, where it asks."},
	{"Peer authentication failed",
	 "The server trusts only the user of the operating system with the name of "
	 "the role. Run the command as that user, or connect by TCP with -h "
	 "localhost and a password (--db postgresql://user@localhost/database)."},
	{"Ident authentication failed",
	 "The server trusts only the user of the operating system with the name of "
	 "the role. Use a password method in pg_hba.conf, or run the command as "
	 "that user."},
	{"no encryption",
	 "The server accepts no such connection without TLS. Set sslmode=require; "
	 "if that fails too, add a line for this host, user and database to "
	 "pg_hba.conf, and reload the server."},
	{"pg_hba.conf", "The server accepts no such connection. Add a line to "
					"pg_hba.conf for this host, user and database, and reload "
					"the server."},
	{"server does not support SSL",
	 "Switch TLS on in the server (ssl = on), or connect without: "
	 "sslmode=prefer, and no sslrootcert."},
	{"does not match host name",
	 "The certificate was made for another host. Connect by a name that it "
	 "has, or have one made for this name. sslmode=verify-ca does not compare "
	 "names."},
	{"certificate verify failed",
	 "The certificate of the server has expired, or its authority is not in "
	 "the file of sslrootcert. To read it: openssl s_client -starttls postgres "
	 "-connect HOST:PORT."},
	{"root certificate file",
	 "Set sslrootcert to the certificate of the authority that signed that of "
	 "the server, or put it into ~/.postgresql/root.crt."},
	{"requires a valid client certificate",
	 "The server wants a certificate of the user. Set sslcert and sslkey, or "
	 "put them into ~/.postgresql/postgresql.crt and postgresql.key."},
	{"certificate authentication failed",
	 "The certificate is that of another user. Connect as the role that its "
	 "common name says, or map the name in pg_ident.conf."},
	{"private key file",
	 "Set sslkey to the key of the certificate in sslcert, owned by you and "
	 "with mode 0600. The password of an encrypted key is sslpassword, in "
	 "DATABASE_URL."},
	{"alert certificate expired",
	 "The client certificate has expired. Have a new one made, and set sslcert "
	 "and sslkey."},
	{"alert unknown ca",
	 "The server does not know the authority of the client certificate. Set "
	 "sslcert to one that is signed by an authority of its ssl_ca_file."},
	{"protocol version",
	 "Client and server have no version of TLS in common. Check "
	 "ssl_min_protocol_version and ssl_max_protocol_version on both sides."},
	{"sslmode value",
	 "Use disable, allow, prefer, require, verify-ca or verify-full."},
	{"SSL", "The encrypted connection failed. Check sslmode, sslrootcert and "
			"the certificate of the server."},
	{"too many clients",
	 "All connections are in use. Close some, or raise max_connections."},
	{"remaining connection slots",
	 "All connections are in use. Close some, or raise max_connections."},
	{"the database system is starting up",
	 "The server is starting. Try again in a moment."},
	{"the database system is shutting down",
	 "The server is being stopped. Start it again."},
	{"Connection refused",
	 "Nothing listens there. Check that the server runs, and host and port."},
	{"No such file or directory", "There is no server at this socket. Check "
								  "that the server runs, and PGHOST "
								  "and PGPORT."},
	{"could not translate host name",
	 "The name of the host is not known. Check its spelling and the network."},
	{"timeout expired",
	 "The server did not answer. Check host, port and firewall."},
	{"invalid URI", "Write postgresql://user@host:port/database."},
	{"definition of service",
	 "Check the name of the service in ~/.pg_service.conf."},
};

/* "database \"x\" does not exist", "role \"x\" does not exist" */
static const char *
missing_object(const char *message)
{
	if (!strstr(message, "does not exist"))
		return NULL;
	if (strstr(message, "database \""))
		return "Check the name, or create the database with createdb.";
	if (strstr(message, "role \""))
		return "Check the user, or create the role with createuser.";
	return NULL;
}

static void
diagnose_postgresql(cli_database *db)
{
	const char *message = db->error.message;
	const char *hint = missing_object(message);

	for (size_t i = 0; !hint && i < sizeof(advices) / sizeof(advices[0]); i++)
	{
		if (strstr(message, advices[i].words))
			hint = advices[i].hint;
	}
	if (hint && !db->error.hint)
		db->error.hint = cli_copy(hint);
}

static void
diagnose_sqlite(cli_database *db, bool create)
{
	const char *path = db->target.text;
	char *directory = cli_directory_of(path);
	cli_text message = {0};
	const char *hint = NULL;
	struct stat status;

	cli_addf(&message, "cannot open \"%s\": ", path);
	if (stat(directory, &status) != 0)
	{
		cli_addf(&message, "directory \"%s\": %s", directory, strerror(errno));
		hint = "Check the path, or create the directory.";
	}
	else if (create && stat(path, &status) != 0)
	{
		cli_addf(&message, "directory \"%s\": %s", directory,
				 access(directory, W_OK | X_OK) != 0 ? strerror(errno)
													 : db->error.message);
		hint = "Check the permissions of the directory.";
	}
	else if (stat(path, &status) != 0)
	{
		cli_add(&message, strerror(errno));
		hint = errno == ENOENT
				   ? "Check the path. dbcare migrate, init and setup create a "
					 "new database."
				   : "Check the permissions of the file and its directory.";
	}
	else if (S_ISDIR(status.st_mode))
	{
		cli_add(&message, "it is a directory");
		hint = "Name the file of the database.";
	}
	else if (access(path, R_OK) != 0)
	{
		cli_add(&message, strerror(errno));
		hint = "Check the permissions of the file and its directory.";
	}
	else
	{
		cli_add(&message, db->error.message);
		hint = strstr(db->error.message, "not a database")
				   ? "The file has another format, is encrypted, or is "
					 "damaged: then "
					 "list-backups shows what can be restored, and salvage "
					 "saves what "
					 "can be read."
				   : db->error.hint;
	}
	cli_set_error(db, message.data, NULL, hint);
	cli_text_free(&message);
	free(directory);
}

void
cli_diagnose(cli_database *db, bool create)
{
	if (db->target.engine == DBC_ON_SQLITE)
		diagnose_sqlite(db, create);
	else
		diagnose_postgresql(db);
}
