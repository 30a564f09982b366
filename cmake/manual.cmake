# Manual pages, out of the texts that --help shows: the program writes them whenever it is linked, evenhand(1) and one for each family of
# commands (evenhand-hub(1)). Without a time or a name in them (gzip -n), so the same commit gives the same bytes.
find_program(GZIP gzip REQUIRED)
set(manual ${CMAKE_BINARY_DIR}/manual)
add_custom_command(TARGET evenhand POST_BUILD
                   COMMAND ${CMAKE_COMMAND} -E rm -rf ${manual}
                   COMMAND ${CMAKE_COMMAND} -E env EVENHAND_WORKSPACE=${manual}/none $<TARGET_FILE:evenhand> --quiet man --all ${manual}
                   COMMAND ${GZIP} -9nr ${manual}
                   VERBATIM)
install(DIRECTORY ${manual}/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT runtime FILES_MATCHING PATTERN "*.1.gz")
