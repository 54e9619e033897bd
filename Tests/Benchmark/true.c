// Does nothing, as fast as can be: the command of a container that has no other program.
int main(void) { return 0; }
