#include "clone.h"

#include <errno.h>
#include <sys/syscall.h>

// A child that shares its parent's memory (CLONE_VM) must not go on in the parent's stack frame: what it pushed would
// overwrite what the parent, when it wakes, believes to be there. glibc has the needed entry sequence for its
// clone(), which can't name a cgroup, and keeps its clone3() to itself. So here it is, as in glibc's clone3.S.

#if defined(__x86_64__)

long rmrun_clone3(struct clone_args *args, size_t size, void (*entry)(void *), void *argument) {
  register void (*function)(void *) __asm__("r12") = entry;
  register void *first __asm__("r13") = argument;
  long result;
  __asm__ volatile(
      "syscall\n\t"
      "testq %%rax, %%rax\n\t"
      "jnz 1f\n\t"
      "xorl %%ebp, %%ebp\n\t"  // the outermost frame, for unwinders
      "movq %%r13, %%rdi\n\t"
      "callq *%%r12\n\t"
      "hlt\n"
      "1:"
      : "=a"(result)
      : "0"((long)SYS_clone3), "D"(args), "S"(size), "r"(function), "r"(first)
      : "rcx", "r11", "memory", "cc");
  return result;
}

#elif defined(__aarch64__)

long rmrun_clone3(struct clone_args *args, size_t size, void (*entry)(void *), void *argument) {
  register long number __asm__("x8") = SYS_clone3;
  register void *x0 __asm__("x0") = args;
  register size_t x1 __asm__("x1") = size;
  register void (*function)(void *) __asm__("x20") = entry;
  register void *first __asm__("x21") = argument;
  __asm__ volatile(
      "svc #0\n\t"
      "cbnz x0, 1f\n\t"
      "mov x29, #0\n\t"  // the outermost frame, for unwinders
      "mov x0, x21\n\t"
      "blr x20\n\t"
      "brk #1\n"
      "1:"
      : "+r"(x0)
      : "r"(number), "r"(x1), "r"(function), "r"(first)
      : "x30", "memory", "cc");
  return (long)x0;
}

#else

long rmrun_clone3(struct clone_args *args, size_t size, void (*entry)(void *), void *argument) {
  (void)args, (void)size, (void)entry, (void)argument;
  return -ENOSYS;
}

#endif
