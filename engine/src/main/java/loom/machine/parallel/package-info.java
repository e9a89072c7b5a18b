/** The fast machine of the JVM: plain loops that HotSpot's compiler turns into vector code, on several threads. */
package loom.machine.parallel;
