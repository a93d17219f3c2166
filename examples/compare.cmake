# Runs PROGRAM (with ARGUMENTS) in FOLDER and holds what it prints against EXPECTED.
# With MERIT_EXAMPLES_UPDATE set in the environment, EXPECTED is written instead, for review.
execute_process(COMMAND ${PROGRAM} ${ARGUMENTS} WORKING_DIRECTORY ${FOLDER}
                OUTPUT_VARIABLE printed ERROR_VARIABLE complaints RESULT_VARIABLE code)
if(NOT code EQUAL 0)
    message(FATAL_ERROR "${PROGRAM} ended with ${code}\n${printed}${complaints}")
endif()
if(DEFINED ENV{MERIT_EXAMPLES_UPDATE})
    file(WRITE ${EXPECTED} "${printed}")
    return()
endif()
file(READ ${EXPECTED} expected)
if(NOT printed STREQUAL expected)
    message(FATAL_ERROR "${EXPECTED} says\n${expected}\nbut it printed\n${printed}")
endif()
