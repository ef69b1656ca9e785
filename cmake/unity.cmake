# With CMAKE_UNITY_BUILD, which the release preset sets, a library's sources are compiled in groups:
# most of a compiler's time goes to the same headers again. A group stays within one folder of src,
# where names in anonymous namespaces are unique: tools/run_tidy.py, which reads each folder as one
# unit, holds them to it.
function(rolecall_group_sources target)
  if(NOT CMAKE_UNITY_BUILD)
    return()
  endif()
  set(group_size 8)
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    cmake_path(ABSOLUTE_PATH source NORMALIZE)
    cmake_path(GET source PARENT_PATH folder)
    cmake_path(GET folder FILENAME folder)
    if(NOT DEFINED count_${folder})
      set(count_${folder} 0)
    endif()
    math(EXPR group "${count_${folder}} / ${group_size}")
    math(EXPR count_${folder} "${count_${folder}} + 1")
    set_source_files_properties(${source} TARGET_DIRECTORY ${target}
                                PROPERTIES UNITY_GROUP ${folder}_${group})
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD_MODE GROUP)
  # gcc takes a source that another one includes for a header, where this would be a fault.
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
  endif()
endfunction()
