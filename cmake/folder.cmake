# One call per folder: a static library of its sources, with the edges that it is allowed.

set_property(GLOBAL PROPERTY EVENHAND_FOLDERS "")

function(evenhand_target_name folder out)
  string(REPLACE "/" "_" name "evenhand_${folder}")
  set(${out} ${name} PARENT_SCOPE)
endfunction()

function(evenhand_link target scope)
  cmake_parse_arguments(ARG "" "" "USES;LIBRARIES" ${ARGN})
  foreach(used IN LISTS ARG_USES)
    evenhand_target_name(${used} library)
    target_link_libraries(${target} ${scope} ${library})
  endforeach()
  target_link_libraries(${target} ${scope} ${ARG_LIBRARIES})
endfunction()

# One line of folders.txt: "folder: uses | libraries | built-in".
function(evenhand_note_folder folder uses libraries built_in)
  string(REPLACE ";" " " line "${folder}: ${uses} | ${libraries} | ${built_in}")
  set_property(GLOBAL APPEND PROPERTY EVENHAND_FOLDERS "${line}")
endfunction()

function(evenhand_folder folder)
  cmake_parse_arguments(ARG "" "" "USES;LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cpp)
  evenhand_target_name(${folder} name)
  if(sources)
    add_library(${name} STATIC ${sources})
    set(scope PUBLIC)
    if(EVENHAND_SANITIZE)
      target_compile_options(${name} PRIVATE -fsanitize=fuzzer-no-link)
    endif()
  else()
    add_library(${name} INTERFACE)  # headers only
    set(scope INTERFACE)
  endif()
  target_include_directories(${name} ${scope} ${CMAKE_SOURCE_DIR})
  evenhand_link(${name} ${scope} USES ${ARG_USES} LIBRARIES ${ARG_LIBRARIES})
  evenhand_note_folder(${folder} "${ARG_USES}" "${ARG_LIBRARIES}" "")
endfunction()

# C++ that puts a file's bytes into the program between ${text} and ${text}_end.
function(evenhand_declare_bytes text file out)
  string(CONCAT bytes "asm(\".pushsection .rodata\\n${text}:\\n.incbin \\\"${file}\\\"\\n${text}_end:\\n.byte 0\\n.popsection\\n\");\n"
                      "extern \"C\" __attribute__((visibility(\"hidden\"))) const char ${text}[];\n"
                      "extern \"C\" __attribute__((visibility(\"hidden\"))) const char ${text}_end[];\n")
  set(${out} "${bytes}" PARENT_SCOPE)
endfunction()

# The list of a program's built-in plugins (plugins/host/built_in.h): entry function and plugin.json of each.
function(evenhand_list_built_in name out)
  set(declarations "")
  set(rows "")
  set(number 0)
  foreach(plugin IN LISTS ARGN)
    get_filename_component(word ${plugin} NAME)
    set(text "evenhand_manifest_${number}")
    evenhand_declare_bytes(${text} ${CMAKE_SOURCE_DIR}/${plugin}/plugin.json bytes)
    string(APPEND declarations "${bytes}"
                               "extern \"C\" const evenhand_plugin* evenhand_plugin_${word}(void);\n")
    string(APPEND rows "      BuiltIn{evenhand_plugin_${word}, std::string_view(${text}, static_cast<std::size_t>(${text}_end - ${text}))},\n")
    list(APPEND depends ${CMAKE_SOURCE_DIR}/${plugin}/plugin.json)
    math(EXPR number "${number} + 1")
  endforeach()
  set(generated ${CMAKE_BINARY_DIR}/built_in/${name}.cpp)
  file(CONFIGURE OUTPUT ${generated} CONTENT [[// Written by cmake/folder.cmake.
#include "plugins/host/built_in.h"

#include <array>

@declarations@
namespace evenhand::plugins {
std::span<const BuiltIn> built_in_plugins() {
  static const std::array<BuiltIn, @number@> kAll = {
@rows@  };
  return kAll;
}
}  // namespace evenhand::plugins
]] @ONLY)
  set_source_files_properties(${generated} PROPERTIES OBJECT_DEPENDS "${depends}")
  set(${out} ${generated} PARENT_SCOPE)
endfunction()

# The packs that a program ships (plugins/pack/shipped.h): every file of each but its golden ones and its sample, by name.
function(evenhand_list_packs name out)
  set(declarations "")
  set(rows "")
  set(number 0)
  foreach(pack IN LISTS ARGN)
    get_filename_component(word ${pack} NAME)
    file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}/${pack} ${CMAKE_SOURCE_DIR}/${pack}/*)
    list(FILTER files EXCLUDE REGEX "^(golden/|sample\\.json$)")
    list(SORT files)
    foreach(file IN LISTS files)
      set(text "evenhand_pack_file_${number}")
      evenhand_declare_bytes(${text} ${CMAKE_SOURCE_DIR}/${pack}/${file} bytes)
      string(APPEND declarations "${bytes}")
      string(APPEND rows "      PackFile{\"${word}\", \"${file}\", std::string_view(${text}, static_cast<std::size_t>(${text}_end - ${text}))},\n")
      list(APPEND depends ${CMAKE_SOURCE_DIR}/${pack}/${file})
      math(EXPR number "${number} + 1")
    endforeach()
  endforeach()
  set(generated ${CMAKE_BINARY_DIR}/built_in/${name}_packs.cpp)
  file(CONFIGURE OUTPUT ${generated} CONTENT [[// Written by cmake/folder.cmake.
#include "plugins/pack/shipped.h"

#include <array>

@declarations@
namespace evenhand::plugins {
std::span<const PackFile> shipped_pack_files() {
  static const std::array<PackFile, @number@> kAll = {
@rows@  };
  return kAll;
}
}  // namespace evenhand::plugins
]] @ONLY)
  set_source_files_properties(${generated} PROPERTIES OBJECT_DEPENDS "${depends}")
  set(${out} ${generated} PARENT_SCOPE)
endfunction()

# A program: its sources and, linked in whole, the built-in plugins and the packs.
# -DEVENHAND_WITHOUT="plugins/report;..." leaves some of them out.
function(evenhand_program folder program)
  cmake_parse_arguments(ARG "" "" "USES;LIBRARIES;BUILT_IN;PACKS" ${ARGN})
  if(EVENHAND_WITHOUT)
    list(REMOVE_ITEM ARG_BUILT_IN ${EVENHAND_WITHOUT})
    list(REMOVE_ITEM ARG_PACKS ${EVENHAND_WITHOUT})
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  evenhand_target_name(${folder} name)
  if(ARG_BUILT_IN)
    evenhand_list_built_in(${name} list_of_built_in ${ARG_BUILT_IN})
    list(APPEND sources ${list_of_built_in})
    evenhand_list_packs(${name} list_of_packs ${ARG_PACKS})
    list(APPEND sources ${list_of_packs})
  endif()
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_compile_definitions(${name} PRIVATE EVENHAND_VERSION="${PROJECT_VERSION}")
  if(EVENHAND_SANITIZE)
    target_compile_options(${name} PRIVATE -O0)  # half of the time that -O1 takes, and little of the time that tests run
  endif()
  evenhand_link(${name} PUBLIC USES ${ARG_USES} ${ARG_BUILT_IN} LIBRARIES ${ARG_LIBRARIES})
  add_executable(${program} ${CMAKE_SOURCE_DIR}/${folder}/main.cpp)
  target_link_libraries(${program} PRIVATE ${name})
  set_target_properties(${program} PROPERTIES EVENHAND_BUILT_IN "${ARG_BUILT_IN}" EVENHAND_PACKS "${ARG_PACKS}")
  evenhand_note_folder(${folder} "${ARG_USES}" "${ARG_LIBRARIES}" "${ARG_BUILT_IN}")
endfunction()

# What runs in a process of its own, or is loaded there: never with sanitizers, whose memory and system calls have no room in it.
function(evenhand_for_strangers)
  foreach(target IN LISTS ARGN)
    foreach(property COMPILE_OPTIONS LINK_OPTIONS)
      get_target_property(options ${target} ${property})
      list(FILTER options EXCLUDE REGEX "sanitize")
      set_target_properties(${target} PROPERTIES ${property} "${options}")
    endforeach()
  endforeach()
endfunction()

# A native plugin: a folder beside the build's programs with plugin.so and plugin.json, as people would install it.
function(evenhand_native_plugin folder)
  get_filename_component(word ${folder} NAME)
  set(name evenhand_${word}_plugin)
  set(to ${CMAKE_BINARY_DIR}/${folder})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cpp)
  add_library(${name} MODULE ${sources})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  set_target_properties(${name} PROPERTIES PREFIX "" OUTPUT_NAME plugin LIBRARY_OUTPUT_DIRECTORY ${to} VISIBILITY_INLINES_HIDDEN ON)
  evenhand_for_strangers(${name})
  configure_file(${CMAKE_SOURCE_DIR}/${folder}/plugin.json ${to}/plugin.json COPYONLY)
  evenhand_note_folder(${folder} "plugins/sdk" "" "")
endfunction()

function(evenhand_write_folder_list file)
  get_property(folders GLOBAL PROPERTY EVENHAND_FOLDERS)
  string(REPLACE ";" "\n" text "${folders}")
  file(CONFIGURE OUTPUT ${file} CONTENT "${text}\n")
endfunction()
