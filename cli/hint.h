/*
 * hint.h
 *	  Hints of functions as people type them.
 */
#ifndef CLI_HINT_H
#define CLI_HINT_H

/* A text in which each call of a function of dbcare, as SQL, is the command
 * line of its verb: "dbmigrate_repair('{"accept": ["1"]}')" is "dbcare
 * repair-migrations --accept 1".  What cannot be read stays as it is. */
extern char *cli_speak(const char *text);

#endif /* CLI_HINT_H */
