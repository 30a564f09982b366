# evenhand_embed(<folder> <data folder>...): every file below the data folders becomes bytes inside the library
# of <folder>, found at run time under its path from the project's root ("data/policies/nhs-eds-2022.json").
# The assembler's .incbin copies them; one table in a generated file lists them (core/base/embedded.h).

function(evenhand_embed folder)
  set(files "")
  foreach(data IN LISTS ARGN)
    file(GLOB_RECURSE found CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/${data}/*)
    list(APPEND files ${found})
  endforeach()
  list(SORT files)  # embedded_file() searches the table by halves

  set(bytes "")
  set(declarations "")
  set(rows "")
  set(depends "")
  set(number 0)
  foreach(file IN LISTS files)
    set(name "evenhand_embedded_${number}")
    string(APPEND bytes "asm(\".pushsection .rodata\\n.balign 16\\n${name}:\\n.incbin \\\"${CMAKE_SOURCE_DIR}/${file}\\\"\\n"
                        "${name}_end:\\n.byte 0\\n.popsection\\n\");\n")
    string(APPEND declarations "extern \"C\" __attribute__((visibility(\"hidden\"))) const char ${name}[];\n"
                               "extern \"C\" __attribute__((visibility(\"hidden\"))) const char ${name}_end[];\n")
    string(APPEND rows "    {\"${file}\", ${name}, ${name}_end},\n")
    list(APPEND depends ${CMAKE_SOURCE_DIR}/${file})
    math(EXPR number "${number} + 1")
  endforeach()

  set(generated ${CMAKE_BINARY_DIR}/embedded/${folder}/embedded_files.cpp)
  file(CONFIGURE OUTPUT ${generated} CONTENT [[// Written by cmake/embed.cmake.
#include "core/base/embedded.h"

@bytes@
@declarations@
namespace evenhand::embedded {
// The last row is no file: it keeps the table from being empty.
const Row kRows[] = {
@rows@    {nullptr, nullptr, nullptr},
};
const std::size_t kRowCount = @number@;
}  // namespace evenhand::embedded
]] @ONLY)
  set_source_files_properties(${generated} PROPERTIES OBJECT_DEPENDS "${depends}")
  evenhand_target_name(${folder} library)
  target_sources(${library} PRIVATE ${generated})
endfunction()
