/*
 * An analogue modem that is not ours: libspandsp's AT interpreter behind a pseudo-terminal.
 *
 *   gcc -O2 -o spandsp_modem spandsp_modem.c -lspandsp
 *   spandsp_modem [LINK]
 *
 * It prints "port PATH" and obeys lines on stdin:
 *   ring NUMBER   caller id (if AT+VCID=1 was given) and RING at once, RING again every five seconds
 *   ring          the same without caller id
 *   hangup        the caller leaves: silence while it rings, NO CARRIER once answered
 * and prints what the telephone exchange sees: "answered", "hung-up", "dialled NUMBER".
 * End of stdin ends it. It is a fax modem: AT+FCLASS=8 answers ERROR.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <spandsp.h>

enum { RING_EVERY_MS = 5000, LINE_MAX_BYTES = 256 };

struct modem {
    at_state_t *at;
    int master;
    bool ringing;
    bool off_hook;
    bool in_data; /* after ATA: bytes from the host are data, not commands */
    long long next_ring_ms;
};

static long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static void say(const char *what, const char *detail)
{
    printf(detail ? "%s %s\n" : "%s\n", what, detail);
    fflush(stdout);
}

static int to_host(at_state_t *at, void *user, const uint8_t *bytes, size_t count)
{
    struct modem *modem = user;
    (void) at;
    while (count > 0) {
        ssize_t written = write(modem->master, bytes, count);
        if (written <= 0)
            return -1;
        bytes += written;
        count -= (size_t) written;
    }
    return 0;
}

static int control(at_state_t *at, void *user, int operation, const char *number)
{
    struct modem *modem = user;
    switch (operation) {
    case AT_MODEM_CONTROL_ANSWER:
        if (!modem->ringing)
            return -1;
        modem->ringing = false;
        modem->off_hook = true;
        say("answered", NULL);
        at_call_event(at, AT_CALL_EVENT_ANSWERED);
        modem->in_data = true;
        return 0;
    case AT_MODEM_CONTROL_CALL:
        modem->off_hook = true;
        say("dialled", number);
        return 0;
    case AT_MODEM_CONTROL_HANGUP:
    case AT_MODEM_CONTROL_ONHOOK:
        if (modem->off_hook || modem->ringing)
            say("hung-up", NULL);
        modem->off_hook = modem->ringing = modem->in_data = false;
        return 0;
    case AT_MODEM_CONTROL_OFFHOOK:
        modem->off_hook = true;
        return 0;
    default:
        return 0;
    }
}

static void ring(struct modem *modem, const char *number)
{
    char date[16], clock[16];
    time_t now = time(NULL);
    struct tm local;
    localtime_r(&now, &local);
    strftime(date, sizeof date, "%m%d", &local);
    strftime(clock, sizeof clock, "%H%M", &local);
    at_reset_call_info(modem->at);
    if (number && *number) {
        at_set_call_info(modem->at, "DATE", date);
        at_set_call_info(modem->at, "TIME", clock);
        at_set_call_info(modem->at, "NAME", "PELAPOR");
        at_set_call_info(modem->at, "NMBR", number);
    }
    modem->ringing = true;
    modem->next_ring_ms = now_ms() + RING_EVERY_MS;
    at_call_event(modem->at, AT_CALL_EVENT_ALERTING);
}

static void hang_up(struct modem *modem)
{
    bool was_up = modem->off_hook;
    /* The exchange knows that its own caller has left: nothing is to be reported. */
    modem->ringing = modem->off_hook = false;
    if (was_up)
        at_call_event(modem->at, AT_CALL_EVENT_HANGUP);
    modem->in_data = false;
}

/* Returns false at the end of stdin. */
static bool obey(struct modem *modem)
{
    static char line[LINE_MAX_BYTES];
    static size_t length;
    char byte;
    ssize_t count = read(STDIN_FILENO, &byte, 1);
    if (count <= 0)
        return false;
    if (byte != '\n') {
        if (length + 1 < sizeof line)
            line[length++] = byte;
        return true;
    }
    line[length] = '\0';
    length = 0;
    if (strcmp(line, "ring") == 0)
        ring(modem, NULL);
    else if (strncmp(line, "ring ", 5) == 0)
        ring(modem, line + 5);
    else if (strcmp(line, "hangup") == 0)
        hang_up(modem);
    else
        fprintf(stderr, "not an order: %s\n", line);
    return true;
}

static void from_host(struct modem *modem)
{
    char bytes[512];
    ssize_t count = read(modem->master, bytes, sizeof bytes);
    if (count > 0 && !modem->in_data)
        at_interpreter(modem->at, bytes, (int) count);
}

static int open_terminal(const char *link_path)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || grantpt(master) || unlockpt(master))
        return -1;
    const char *name = ptsname(master);
    /* Held open for ever, so that a client that leaves does not hang the master up. */
    int slave = open(name, O_RDWR | O_NOCTTY);
    struct termios raw;
    if (slave < 0 || tcgetattr(slave, &raw))
        return -1;
    cfmakeraw(&raw);
    tcsetattr(slave, TCSANOW, &raw);
    if (link_path) {
        unlink(link_path);
        if (symlink(name, link_path))
            return -1;
    }
    say("port", link_path ? link_path : name);
    return master;
}

int main(int argc, char **argv)
{
    struct modem modem = {0};
    modem.master = open_terminal(argc > 1 ? argv[1] : NULL);
    modem.at = at_init(NULL, to_host, &modem, control, &modem);
    if (modem.master < 0 || !modem.at) {
        perror("spandsp_modem");
        return 1;
    }
    struct pollfd watched[] = {{.fd = modem.master, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
    for (;;) {
        long long left = modem.ringing ? modem.next_ring_ms - now_ms() : -1;
        if (modem.ringing && left <= 0) {
            modem.next_ring_ms += RING_EVERY_MS;
            at_call_event(modem.at, AT_CALL_EVENT_ALERTING);
            continue;
        }
        if (poll(watched, 2, (int) left) < 0)
            return 1;
        if (watched[0].revents & POLLIN)
            from_host(&modem);
        if ((watched[1].revents & (POLLIN | POLLHUP)) && !obey(&modem))
            return 0;
    }
}
