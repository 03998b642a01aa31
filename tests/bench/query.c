/* Connects to PostgreSQL, asks one question and prints the first value of the answer: the least that a client does. */
#include <libpq-fe.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: query URL SQL\n");
        return 2;
    }
    PGconn *connection = PQconnectdb(argv[1]);
    PGresult *result = PQexec(connection, argv[2]);
    int status = 0;
    if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) > 0) {
        puts(PQgetvalue(result, 0, 0));
    } else {
        fputs(PQerrorMessage(connection), stderr);
        status = 1;
    }
    PQclear(result);
    PQfinish(connection);
    return status;
}
