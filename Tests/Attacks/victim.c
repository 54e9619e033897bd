// A job that others attack: prints "ready", and does nothing for ten minutes.
//
// usage: victim [WORD]      WORD: by which it can be found
#include <stdio.h>
#include <unistd.h>

int main(void) {
    puts("ready");
    fflush(stdout);
    sleep(600);
}
