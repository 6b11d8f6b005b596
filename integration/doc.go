// Package integration tries Stockade as its users do: the two programs, built
// once, with policies, Workers and requests.
//
//	main_test.go    builds the programs, and runs the tests as root
//	daemon_test.go  a `stockade serve` of a test's own
//	script_test.go  testdata/*.txtar: policy + Workers + requests + expected answers
//	loader_test.go  a Worker Loader's answers beside those of workerd; loader_bad_test.go what it is to bear
//	codemode_test.go, egress_examples_test.go   the documentation's examples with npm packages and a network
//	stream_test.go  bodies in both directions, clients that hang up
//	chaos_test.go   kill -9 of a Worker and of the supervisor, drain, reload
//	arch_test.go    who may import whom, and who owns which dependency
//
// bench is a program: `make bench`.
package integration
