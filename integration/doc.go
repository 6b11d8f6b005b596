// Package integration tries Stockade as its users do: the two programs, built
// once, with policies, Workers and requests.
//
//	main_test.go    builds the programs, and runs the tests as root
//	daemon_test.go  a `stockade serve` of a test's own
//	script_test.go  testdata/*.txtar: policy + Workers + requests + expected answers
//	stream_test.go  bodies in both directions, clients that hang up
//	chaos_test.go   kill -9 of a Worker and of the supervisor, drain, reload
//	arch_test.go    who may import whom, and who owns which dependency
//
// bench is a program: `make bench`.
package integration
